"""What a visitor writes is taken in once, and stands in one thread with the answers."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.webchat.conftest import House


async def test_what_is_said_waits_for_an_agent(house: House) -> None:
    first, second = await house.begin(), await house.begin(name="  Olena   K ", language="uk")
    await first.say("Hello")
    await second.say("Добрий день")

    thread = await second.thread()

    assert thread["conversation"]["state"] == "queued"
    assert thread["conversation"]["contact"]["name"] == "Olena K"
    assert thread["conversation"]["contact"]["language"] == "uk"
    assert thread["conversation"]["queue_id"] is None


async def test_the_same_message_said_five_times_at_once_is_one(house: House) -> None:
    visitor = await house.begin()
    client_id = uuid4()

    told = await asyncio.gather(*(visitor.say("Once", client_id) for _ in range(5)))

    assert len({answer["message"]["id"] for answer in told}) == 1
    assert await visitor.texts() == ["Once"]


async def test_two_visitors_may_use_the_same_client_id(house: House) -> None:
    one, other = await house.begin(), await house.begin()
    client_id = uuid4()
    await one.say("Mine", client_id)
    await other.say("Theirs", client_id)

    assert (await one.texts(), await other.texts()) == (["Mine"], ["Theirs"])


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 400, "empty_message"),
        (" \n\t", 400, "empty_message"),
        ("x" * 4097, 400, "invalid_request"),
        ("nul\x00inside", 400, "invalid_request"),
    ],
)
async def test_words_that_are_none_or_too_many_are_refused(
    house: House, text: str, status: int, code: str
) -> None:
    visitor = await house.begin()

    answer = await visitor.ask("POST", "/messages", {"client_id": str(uuid4()), "text": text})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await visitor.texts() == []


async def test_who_writes_faster_than_a_person_must_wait_and_loses_nothing(house: House) -> None:
    visitor = await house.begin()
    answers = [
        await visitor.ask("POST", "/messages", {"client_id": str(uuid4()), "text": str(number)})
        for number in range(40)
    ]

    kept = [answer for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(kept) + len(refused) == 40
    assert len(kept) >= 20
    assert refused[0].json()["code"] == "too_many_messages"
    assert len(await visitor.texts()) == len(kept)


async def test_an_answer_reaches_the_thread_and_a_note_does_not(house: House) -> None:
    visitor = await house.begin()
    said = await visitor.say("How do I set up roaming?")
    conversation_id = said["message"]["conversation_id"]
    await house.give(conversation_id)
    await house.note(conversation_id, "A difficult one")
    await house.answer(conversation_id, "Dial *111#")

    assert await visitor.texts() == ["How do I set up roaming?", "Dial *111#"]
    answer = (await visitor.thread())["items"][1]
    assert answer["author_name"] == "Ira"
    assert answer["author_id"] is None


async def test_a_visitor_answers_one_message_of_the_agents(house: House) -> None:
    visitor = await house.begin()
    said = await visitor.say("Hello")
    conversation_id = said["message"]["conversation_id"]
    await house.give(conversation_id)
    answer_id = await house.answer(conversation_id, "What is your number?")
    await house.wait_for("select from messages where id = $1 and delivery = 'sent'", answer_id)

    told = await visitor.say("050", reply_to_message_id=str(answer_id))

    assert told["message"]["reply_to"]["message_id"] == str(answer_id)
    assert told["message"]["reply_to"]["preview"] == "What is your number?"


async def test_the_thread_goes_back_over_all_conversations_page_by_page(house: House) -> None:
    visitor = await house.begin()
    for number in range(3):
        await visitor.say(f"{number}.1")
        await visitor.say(f"{number}.2")
        await house.execute(
            "update conversations set state = 'closed', closed_at = now() - interval '9 days'"
        )

    newest = await visitor.thread("?limit=4")
    before = newest["items"][0]["id"]
    earlier = await visitor.thread(f"?limit=4&before={before}")

    assert [item["parts"][0]["text"] for item in newest["items"]] == ["1.1", "1.2", "2.1", "2.2"]
    assert [item["parts"][0]["text"] for item in earlier["items"]] == ["0.1", "0.2"]
    assert (newest["has_more"], earlier["has_more"]) == (True, False)


async def test_a_visitor_confirms_what_arrived_and_what_was_read(house: House) -> None:
    visitor = await house.begin()
    conversation_id = (await visitor.say("Hello"))["message"]["conversation_id"]
    await house.give(conversation_id)
    first = await house.answer(conversation_id, "One")
    second = await house.answer(conversation_id, "Two")
    await house.wait_for("select from messages where id = $1 and delivery = 'sent'", second)

    for is_read, message_id in ((False, second), (True, first), (False, second), (True, first)):
        receipt = {"message_id": str(message_id), "is_read": is_read}
        assert (await visitor.ask("POST", "/receipts", receipt)).status_code == 204

    rows = await house.rows("select id, delivery from messages where direction = 'out'")
    assert {row["id"]: row["delivery"] for row in rows} == {first: "read", second: "delivered"}
    [told] = await house.rows("select count(*) from events where type = 'MessageDelivered'")
    assert told["count"] == 2


async def test_nobody_confirms_for_another(house: House) -> None:
    visitor, other = await house.begin(), await house.begin()
    conversation_id = (await visitor.say("Hello"))["message"]["conversation_id"]
    await other.say("Hello")
    await house.give(conversation_id)
    answer_id = await house.answer(conversation_id, "One")
    await house.wait_for("select from messages where id = $1 and delivery = 'sent'", answer_id)

    await other.ask("POST", "/receipts", {"message_id": str(answer_id), "is_read": True})

    [row] = await house.rows("select delivery from messages where id = $1", answer_id)
    assert row["delivery"] == "sent"


async def test_the_hook_of_a_widget_takes_nothing(house: House) -> None:
    browser = await house.open_browser()

    answer = await browser.client.post(f"/hooks/webchat/{house.widget_id}", content=b"{}")

    assert answer.status_code == 403
