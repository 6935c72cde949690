"""Each side sees that the other types, and what it has read; of typing nothing is kept."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from halfminute.conversations.actions.mark_read import mark_read
from halfminute.conversations.actions.show_typing import show_typing
from tests.webchat.conftest import Browser, House


async def _talk(house: House) -> tuple[Browser, Any]:
    visitor = await house.begin()
    said = await visitor.say("Hello")
    await house.give(said["message"]["conversation_id"])
    return visitor, said


async def _type(house: House, conversation_id: str, *, is_typing: bool = True) -> None:
    await show_typing(
        house.parts.log,
        house.parts.registry,
        house.agent,
        UUID(conversation_id),
        is_typing=is_typing,
    )


async def _count_events(house: House) -> int:
    [row] = await house.rows("select count(*) from events")
    return int(row["count"])


async def test_a_visitor_sees_that_the_agent_types_and_nothing_is_written_down(
    house: House,
) -> None:
    visitor, said = await _talk(house)
    conversation_id = said["message"]["conversation_id"]
    async with visitor.follow(said["stream_seq"]) as socket:
        await socket.hear("subscribed")
        before = await _count_events(house)

        await _type(house, conversation_id)
        begun = await socket.hear("typing")
        await _type(house, conversation_id, is_typing=False)
        ended = await socket.hear("typing")

    assert begun == {
        "type": "typing",
        "stream": f"conversation:{conversation_id}",
        "by": "agent",
        "is_typing": True,
    }
    assert not ended["is_typing"]
    assert await _count_events(house) == before
    assert await house.rows("select from typing_signals") == []


async def test_no_other_visitor_sees_it(house: House) -> None:
    visitor, said = await _talk(house)
    other = await house.begin()
    theirs = await other.say("Hello")
    async with other.follow(theirs["stream_seq"]) as socket:
        await socket.hear("subscribed")
        await _type(house, said["message"]["conversation_id"])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await socket.hear("typing")
    assert visitor.token != other.token


async def test_what_a_visitor_types_comes_not_back_to_them(house: House) -> None:
    visitor, said = await _talk(house)
    async with visitor.follow(said["stream_seq"]) as socket:
        await socket.hear("subscribed")
        answer = await visitor.ask("POST", "/typing", {"is_typing": True})
        assert answer.status_code == 204
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await socket.hear("typing")


async def test_a_visitor_who_types_before_the_first_word_disturbs_nobody(house: House) -> None:
    visitor = await house.begin()
    assert (await visitor.ask("POST", "/typing", {"is_typing": True})).status_code == 204


@pytest.mark.parametrize("body", [{}, {"is_typing": "yes"}, {"is_typing": True, "text": "secret"}])
async def test_what_is_no_typing_is_refused(house: House, body: Any) -> None:
    visitor, _ = await _talk(house)
    assert (await visitor.ask("POST", "/typing", body)).status_code == 400


async def test_who_types_faster_than_fingers_can_is_not_heard(house: House) -> None:
    visitor, _ = await _talk(house)
    answers = [await visitor.ask("POST", "/typing", {"is_typing": True}) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {204, 429}


async def test_a_visitor_sees_what_the_agent_has_read(house: House) -> None:
    visitor, said = await _talk(house)
    message_id = said["message"]["id"]
    conversation_id = UUID(said["message"]["conversation_id"])
    assert (await visitor.thread())["read_message_id"] is None
    async with visitor.follow(said["stream_seq"]) as socket:
        await socket.hear("subscribed")
        await mark_read(
            house.parts.log, house.parts.registry, house.agent, conversation_id, UUID(message_id)
        )
        told = await socket.hear("ConversationRead")

    assert told["data"]["message_id"] == message_id
    assert "agent_id" not in told["data"]
    assert (await visitor.thread())["read_message_id"] == message_id


async def test_that_an_agent_has_read_a_note_is_nothing_to_a_visitor(house: House) -> None:
    visitor, said = await _talk(house)
    conversation_id = said["message"]["conversation_id"]
    await house.note(conversation_id, "A difficult one")
    [note] = await house.rows("select id from messages where direction = 'internal'")
    async with visitor.follow(said["stream_seq"]) as socket:
        await socket.hear("subscribed")
        await mark_read(
            house.parts.log, house.parts.registry, house.agent, UUID(conversation_id), note["id"]
        )
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await socket.hear("ConversationRead")
