"""A visitor's socket: opened once by a ticket, told all that is theirs, and nothing else."""

from __future__ import annotations

from tests.webchat.conftest import House


async def test_before_anything_is_said_there_is_nothing_to_follow(house: House) -> None:
    answer = await (await house.begin()).ask("POST", "/ticket")

    assert (answer.status_code, answer.json()["code"]) == (404, "nothing_said")


async def test_answers_come_over_the_socket_and_notes_do_not(house: House) -> None:
    visitor = await house.begin()
    said = await visitor.say("Hello")
    conversation_id = said["message"]["conversation_id"]
    await house.give(conversation_id)
    async with visitor.follow(said["stream_seq"]) as socket:
        await socket.hear("subscribed")
        await house.note(conversation_id, "A difficult one")
        await house.answer(conversation_id, "Good day")

        queued = await socket.hear("ReplyQueued")
        sent = await socket.hear("MessageSent")

    assert queued["data"]["message"]["parts"][0]["text"] == "Good day"
    assert queued["data"]["message"]["author_name"] == "Ira"
    assert "agent_id" not in queued["data"]
    assert sent["data"]["message"]["delivery"] == "sent"


async def test_what_was_missed_comes_after_a_reconnection_once_and_in_order(house: House) -> None:
    visitor = await house.begin()
    said = await visitor.say("Hello")
    conversation_id = said["message"]["conversation_id"]
    await house.give(conversation_id)
    async with visitor.follow(said["stream_seq"]) as socket:
        await socket.hear("subscribed")
    for number in range(3):
        await house.answer(conversation_id, str(number))

    async with visitor.follow(said["stream_seq"]) as socket:
        texts: list[str] = []
        last = said["stream_seq"]
        while len(texts) < 3:
            frame = await socket.hear("event")
            assert frame["seq"] > last
            last = frame["seq"]
            if frame["event"] == "ReplyQueued":
                texts.append(frame["data"]["message"]["parts"][0]["text"])

    assert texts == ["0", "1", "2"]


async def test_a_ticket_opens_one_socket(house: House) -> None:
    visitor = await house.begin()
    await visitor.say("Hello")
    ticket = (await visitor.ticket())["ticket"]

    async with house.connect(ticket) as first:
        await first.hear("welcome")
        async with house.connect(ticket) as second:
            assert await second.close_code() == 4401


async def test_a_ticket_follows_no_other_stream(house: House) -> None:
    visitor, other = await house.begin(), await house.begin()
    await visitor.say("Hello")
    await other.say("Secret")
    stream = (await other.ticket())["stream"]

    async with house.connect((await visitor.ticket())["ticket"]) as socket:
        await socket.say(type="subscribe", stream=stream, after=0)
        assert (await socket.hear("refused"))["stream"] == stream


async def test_a_socket_from_another_site_is_refused(house: House) -> None:
    visitor = await house.begin()
    await visitor.say("Hello")

    async with house.connect(
        (await visitor.ticket())["ticket"], origin="https://evil.example"
    ) as socket:
        assert await socket.close_code() == 4403
