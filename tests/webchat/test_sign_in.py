"""A visitor is signed in by the site: what joins, what is seen, and what never is."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.identity.principals import SYSTEM
from halfminute.webchat.retention import forget_old_visitors
from tests.webchat.conftest import Browser, House
from tests.webchat.site import Site, open_site, show_token, sign_in


@pytest.fixture
async def site(house: House) -> Site:
    return await open_site(house)


async def contacts(house: House) -> list[tuple[str, str | None]]:
    rows = await house.rows("select name, language from contacts order by created_at, id")
    return [(row["name"], row["language"]) for row in rows]


async def close_all(house: House) -> None:
    await house.execute("update conversations set state = 'closed', closed_at = now()")


async def test_who_is_signed_in_is_known_by_the_sites_word(house: House, site: Site) -> None:
    visitor = await house.open_browser()

    await sign_in(visitor, site.token(name="  Olena   Koval ", language="uk"))
    said = await visitor.say("Hello")

    [address] = await house.rows("select proof from addresses")
    assert address["proof"] == "signed"
    assert await contacts(house) == [("Olena Koval", "uk")]
    [subject] = await house.rows("select subject from contact_subjects")
    assert subject["subject"] == "c-7"
    thread = await visitor.thread()
    assert thread["conversation"]["id"] == said["message"]["conversation_id"]


async def test_what_was_said_before_signing_in_goes_on_in_the_same_conversation(
    house: House, site: Site
) -> None:
    visitor = await house.begin()
    before = await visitor.say("My phone does not ring")
    conversation_id = before["message"]["conversation_id"]
    await house.give(conversation_id)
    await house.answer(conversation_id, "Who are you?")

    await sign_in(visitor, site.token(name="Olena"))
    after = await visitor.say("Olena, of course")

    assert after["message"]["conversation_id"] == conversation_id
    assert await visitor.texts() == ["My phone does not ring", "Who are you?", "Olena, of course"]
    assert await contacts(house) == [("Olena", None)]
    assert (await visitor.thread())["conversation"]["contact"]["name"] == "Olena"


async def test_the_token_before_the_sign_in_shows_nothing_any_more(
    house: House, site: Site
) -> None:
    visitor = await house.begin()
    await visitor.say("Hello")
    former = visitor.token
    await sign_in(visitor, site.token())

    visitor.token = former

    assert (await visitor.ask("GET", "/thread")).status_code == 401


async def test_messages_in_flight_while_signing_in_arrive_once_and_in_order(
    house: House, site: Site
) -> None:
    known = await house.open_browser()
    await sign_in(known, site.token(name="Olena"))
    await known.say("Long ago")
    await close_all(house)
    visitor = await house.begin()
    texts = [f"{number}" for number in range(12)]

    async def write() -> None:
        for text in texts:
            client_id = uuid4()
            while True:
                body = {"client_id": str(client_id), "text": text}
                answer = await visitor.ask("POST", "/messages", body)
                if answer.status_code == 200:
                    break
                assert answer.status_code == 401

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.05)
    person: str | None = None
    for _ in range(3):
        person = await sign_in(visitor, site.token(), person)
    await writing

    assert await visitor.texts() == ["Long ago", *texts]
    assert await known.texts() == ["Long ago", *texts]
    assert await contacts(house) == [("Olena", None)]


@pytest.mark.parametrize("_", range(3))
async def test_the_first_message_and_the_sign_in_at_the_same_moment(
    house: House, site: Site, _: int
) -> None:
    known = await house.open_browser()
    await sign_in(known, site.token())
    visitor = await house.begin()
    body = {"client_id": str(uuid4()), "text": "Now"}

    answer, signed_in = await asyncio.gather(
        visitor.ask("POST", "/messages", body), show_token(visitor, site.token())
    )

    visitor.token = signed_in.json()["token"]
    if answer.status_code == 401:
        answer = await visitor.ask("POST", "/messages", body)
    assert answer.status_code == 200
    assert await visitor.texts() == ["Now"]
    assert await known.texts() == ["Now"]
    [count] = await house.rows("select count(*) from contacts")
    assert count["count"] == 1


async def test_the_thread_of_another_browser_is_there_after_signing_in(
    house: House, site: Site
) -> None:
    telephone = await house.open_browser()
    await sign_in(telephone, site.token())
    said = await telephone.say("From the telephone")
    desktop = await house.open_browser()

    await sign_in(desktop, site.token())

    assert await desktop.texts() == ["From the telephone"]
    again = await desktop.say("From the desktop")
    assert again["message"]["conversation_id"] == said["message"]["conversation_id"]
    assert await telephone.texts() == ["From the telephone", "From the desktop"]
    [addresses] = await house.rows("select count(*) from addresses")
    assert addresses["count"] == 1


async def test_two_browsers_that_both_had_begun_show_one_thread_in_the_order_it_was_said(
    house: House, site: Site
) -> None:
    telephone, desktop = await house.begin(), await house.begin()
    await sign_in(telephone, site.token(name="Olena"))
    await telephone.say("One")
    other = (await desktop.say("Two"))["message"]["conversation_id"]
    await telephone.say("Three")

    await sign_in(desktop, site.token())

    for browser in (telephone, desktop):
        assert await browser.texts() == ["One", "Two", "Three"]
        assert (await browser.thread())["is_divided"] is True
    assert (await telephone.say("Four"))["message"]["conversation_id"] == other
    assert await desktop.texts() == ["One", "Two", "Three", "Four"]
    rows = await house.rows("select distinct contact_id from conversations")
    assert len(rows) == 1
    assert await contacts(house) == [("Olena", None)]


async def test_the_other_browser_is_told_at_once_that_there_is_more(
    house: House, site: Site
) -> None:
    telephone, desktop = await house.begin(), await house.begin()
    await sign_in(telephone, site.token())
    said = await telephone.say("One")
    await desktop.say("Two")
    async with telephone.follow(said["stream_seq"]) as socket:
        await socket.hear("subscribed")
        await sign_in(desktop, site.token())

        await socket.hear("AddressProven")


async def test_an_answer_in_either_conversation_is_read_in_both_browsers(
    house: House, site: Site
) -> None:
    telephone, desktop = await house.begin(), await house.begin()
    await sign_in(telephone, site.token())
    first = (await telephone.say("One"))["message"]["conversation_id"]
    second = (await desktop.say("Two"))["message"]["conversation_id"]
    await sign_in(desktop, site.token())
    answers: list[UUID] = []
    for conversation_id in (first, second):
        await house.give(conversation_id)
        answers.append(await house.answer(conversation_id, "Yes"))
    await house.wait_for("select from messages where id = $1 and delivery = 'sent'", answers[1])

    for browser, answer_id in zip((desktop, telephone), answers, strict=True):
        assert (await browser.texts()).count("Yes") == 2
        receipt = {"message_id": str(answer_id), "is_read": True}
        assert (await browser.ask("POST", "/receipts", receipt)).status_code == 204

    rows = await house.rows("select delivery from messages where direction = 'out'")
    assert {row["delivery"] for row in rows} == {"read"}


async def test_the_same_message_again_from_another_address_is_still_one(
    house: House, site: Site
) -> None:
    telephone, desktop = await house.begin(), await house.begin()
    client_id = uuid4()
    await desktop.say("Once", client_id)
    await sign_in(desktop, site.token())
    await close_all(house)
    await house.execute("update conversations set closed_at = now() - interval '9 days'")
    await sign_in(telephone, site.token())
    await telephone.say("An open one, at another address")

    await desktop.say("Once", client_id)

    assert await desktop.texts() == ["Once", "An open one, at another address"]


async def test_signing_in_again_changes_nothing_and_tells_nobody(house: House, site: Site) -> None:
    visitor = await house.open_browser()
    person = await sign_in(visitor, site.token(name="Olena"))
    await visitor.say("Hello")
    [before] = await house.rows("select count(*) from events")

    assert await sign_in(visitor, site.token(), person) == person

    [after] = await house.rows("select count(*) from events")
    assert before["count"] == after["count"]
    assert await contacts(house) == [("Olena", None)]
    assert await visitor.texts() == ["Hello"]


async def test_another_person_in_the_same_browser_sees_nothing_of_the_first(
    house: House, site: Site
) -> None:
    visitor = await house.begin()
    first = await sign_in(visitor, site.token("c-7", name="Olena"))
    await visitor.say("My card ends in 4711")
    former = visitor.token

    second = await sign_in(visitor, site.token("c-8", name="Petro"))

    assert second != first
    assert await visitor.texts() == []
    await visitor.say("Hello")
    assert await visitor.texts() == ["Hello"]
    assert await contacts(house) == [("Olena", None), ("Petro", None)]
    visitor.token = former
    assert (await visitor.ask("GET", "/thread")).status_code == 401
    assert await house.rows("select from addresses where disputed_subject is not null") == []


async def test_what_the_first_person_said_after_their_visit_had_ended_is_not_the_seconds(
    house: House, site: Site
) -> None:
    """The panel may begin an anonymous visit for words of the first that were unsent."""
    visitor = await house.begin()
    first = await sign_in(visitor, site.token("c-7"))
    await visitor.ask("DELETE", "/visit")
    await visitor.begin()
    await visitor.say("Still of the first")

    await sign_in(visitor, site.token("c-8"), person=first)

    assert await visitor.texts() == []


async def test_after_logging_out_the_browser_knows_nobody(house: House, site: Site) -> None:
    visitor = await house.open_browser()
    await sign_in(visitor, site.token())
    await visitor.say("Hello")

    assert (await visitor.ask("DELETE", "/visit")).status_code == 204

    assert (await visitor.ask("GET", "/thread")).status_code == 401
    assert (await visitor.ask("POST", "/ticket")).status_code == 401
    await visitor.begin()
    assert await visitor.texts() == []
    await sign_in(visitor, site.token())
    assert await visitor.texts() == ["Hello"]


async def test_logging_out_in_one_browser_leaves_the_other_signed_in(
    house: House, site: Site
) -> None:
    telephone, desktop = await house.open_browser(), await house.open_browser()
    for browser in (telephone, desktop):
        await sign_in(browser, site.token())
    await telephone.say("Hello")

    await desktop.ask("DELETE", "/visit")

    assert await telephone.texts() == ["Hello"]


async def test_an_anonymous_visitor_sees_only_their_own_browser(house: House, site: Site) -> None:
    known, anonymous = await house.open_browser(), await house.begin()
    await sign_in(known, site.token())
    await known.say("Mine")
    await anonymous.say("Theirs")
    # Whatever should have made them one contact: the site has not said so.
    await house.execute(
        "update addresses set contact_id = (select contact_id from contact_subjects)"
    )

    assert await anonymous.texts() == ["Theirs"]
    assert await known.texts() == ["Mine"]


async def test_the_same_customer_at_another_widget_keeps_the_threads_apart(
    house: House, site: Site
) -> None:
    visitor = await house.open_browser()
    await sign_in(visitor, site.token())
    await visitor.say("At the shop")
    widget_id = await house.add_widget()
    house.widget_id = widget_id
    other_site = await open_site(house)
    there: Browser = await house.open_browser(widget_id)

    await sign_in(there, other_site.token())
    await there.say("At the bank")

    assert await there.texts() == ["At the bank"]
    rows = await house.rows("select distinct contact_id from addresses")
    assert len(rows) == 1
    assert (await show_token(there, site.token(aud="x"))).status_code == 401


async def test_the_page_of_another_site_cannot_sign_anybody_in(house: House, site: Site) -> None:
    visitor = await house.open_browser()
    visitor.client.headers["origin"] = "https://evil.example"

    answer = await show_token(visitor, site.token())

    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


async def test_a_customer_who_is_erased_begins_anew(house: House, site: Site) -> None:
    visitor = await house.open_browser()
    await sign_in(visitor, site.token(name="Olena"))
    await visitor.say("Forget me")
    [contact] = await house.rows("select contact_id from contact_subjects")
    await erase_contact(
        house.parts.log,
        SYSTEM,
        contact["contact_id"],
        confirmation="Olena",
        keep=house.parts.erasures.keep,
    )

    assert await visitor.texts() == []
    await sign_in(visitor, site.token(name="Olena"))
    await visitor.say("Hello again")

    assert await visitor.texts() == ["Hello again"]


async def test_who_does_not_come_back_is_forgotten_and_signs_in_again(
    house: House, site: Site
) -> None:
    visitor = await house.open_browser()
    person = await sign_in(visitor, site.token())
    await visitor.say("See you next year")
    await house.execute("update visitors set seen_at = now() - interval '181 days'")
    assert await forget_old_visitors(house.parts.database) == 1

    await sign_in(visitor, site.token(), person)

    assert await visitor.texts() == ["See you next year"]
