"""A visitor says that this is all, and how it was."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from halfminute.conversations.actions.close_conversation import close_conversation
from halfminute.conversations.errors import ConversationChanged
from halfminute.conversations.schemas import Closing
from tests.webchat.conftest import Browser, House


async def _end(visitor: Browser, conversation_id: str) -> Any:
    answer = await visitor.ask("POST", f"/conversations/{conversation_id}/end")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _answered(house: House, visitor: Browser) -> str:
    """A conversation in which the agent has answered."""
    conversation_id: str = (await visitor.say("Hello"))["message"]["conversation_id"]
    await house.give(conversation_id)
    await house.answer(conversation_id, "Good day")
    return conversation_id


async def _wrap_up(house: House, how: str) -> None:
    await house.execute("update queues set wrap_up = $1", how)


async def _facts(house: House, conversation_id: str) -> list[str]:
    rows = await house.rows(
        "select type from events where stream = $1 order by seq", f"conversation:{conversation_id}"
    )
    return [row["type"] for row in rows]


async def test_the_agent_finishes_the_notes_of_what_the_visitor_has_ended(house: House) -> None:
    visitor = await house.begin()
    conversation_id = await _answered(house, visitor)

    ended = await _end(visitor, conversation_id)

    assert ended["state"] == "wrap_up"
    assert ended["ended_by_contact_at"] is not None
    [row] = await house.rows("select is_solved, solved_at, agent_id from conversations")
    assert row["is_solved"]
    assert row["solved_at"] is not None
    assert row["agent_id"] == house.agent.user_id
    assert (await _facts(house, conversation_id))[-2:] in (
        ["ConversationEndedByContact", "WrapUpStarted"],
        ["WrapUpStarted", "MessageSent"],
    )


async def test_the_agent_says_how_it_came_out_while_wrapping_up(house: House) -> None:
    visitor = await house.begin()
    conversation_id = await _answered(house, visitor)
    await _end(visitor, conversation_id)
    [before] = await house.rows("select solved_at, wrap_up_at from conversations")

    closing = Closing(is_solved=True, disposition_code="service_changed")
    for _ in range(2):
        await close_conversation(house.parts.log, house.agent, UUID(conversation_id), closing)

    [row] = await house.rows("select * from conversations")
    assert (row["state"], row["disposition_code"]) == ("wrap_up", "service_changed")
    assert (row["solved_at"], row["wrap_up_at"]) == (before["solved_at"], before["wrap_up_at"])
    assert (await _facts(house, conversation_id)).count("OutcomeChosen") == 1
    other = Closing(is_solved=False, disposition_code="spam")
    with pytest.raises(ConversationChanged):
        await close_conversation(house.parts.log, house.agent, UUID(conversation_id), other)


async def test_where_nobody_wraps_up_it_is_over_at_once(house: House) -> None:
    await _wrap_up(house, "none")
    visitor = await house.begin()
    conversation_id = await _answered(house, visitor)

    assert (await _end(visitor, conversation_id))["state"] == "closed"


async def test_who_leaves_before_an_answer_was_not_helped(house: House) -> None:
    visitor = await house.begin()
    conversation_id = (await visitor.say("Hello"))["message"]["conversation_id"]

    ended = await _end(visitor, conversation_id)

    assert ended["state"] == "closed"
    [row] = await house.rows("select is_solved, solved_at from conversations")
    assert (row["is_solved"], row["solved_at"]) == (None, None)
    assert (await visitor.thread())["conversation"]["state"] == "closed"


async def test_an_end_said_five_times_at_once_is_one(house: House) -> None:
    visitor = await house.begin()
    conversation_id = await _answered(house, visitor)

    await asyncio.gather(*(_end(visitor, conversation_id) for _ in range(5)))

    facts = await _facts(house, conversation_id)
    assert facts.count("ConversationEndedByContact") == 1
    assert facts.count("WrapUpStarted") == 1


async def test_who_writes_again_is_taken_up_as_after_any_end(house: House) -> None:
    visitor = await house.begin()
    conversation_id = await _answered(house, visitor)
    await _end(visitor, conversation_id)

    await visitor.say("One more thing")

    conversation = (await visitor.thread())["conversation"]
    assert conversation["id"] == conversation_id
    assert conversation["state"] == "active"
    assert conversation["ended_by_contact_at"] is None


async def test_nobody_ends_or_rates_what_is_anothers(house: House) -> None:
    visitor, other = await house.begin(), await house.begin()
    conversation_id = await _answered(house, visitor)
    await other.say("Hello")

    for own in (conversation_id, uuid4()):
        for method, deed in (("POST", "end"), ("PUT", "rating")):
            answer = await other.ask(method, f"/conversations/{own}/{deed}", {"score": 1})
            assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")
    assert (await visitor.thread())["conversation"]["state"] == "active"


async def test_who_shows_no_token_ends_nothing(house: House) -> None:
    visitor = await house.begin()
    conversation_id = await _answered(house, visitor)
    visitor.token = ""

    answer = await visitor.ask("POST", f"/conversations/{conversation_id}/end")

    assert answer.status_code == 401


async def test_a_rating_is_told_to_all_tabs_and_stands_in_the_thread(house: House) -> None:
    visitor = await house.begin()
    conversation_id = await _answered(house, visitor)
    await _end(visitor, conversation_id)
    seq = (await visitor.thread())["stream_seq"]
    async with visitor.follow(seq) as socket:
        await socket.hear("subscribed")
        rating = {"score": 4, "words": " Thank you "}
        answer = await visitor.ask("PUT", f"/conversations/{conversation_id}/rating", rating)
        told = await socket.hear("ConversationRated")

    assert answer.status_code == 200
    assert answer.json()["rating"]["words"] == "Thank you"
    assert told["data"]["conversation"]["rating"]["score"] == 4
    assert "agent_id" not in told["data"]
    assert (await visitor.thread())["conversation"]["rating"]["score"] == 4


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"score": 0},
        {"score": 6},
        {"score": 4.5},
        {"score": 5, "words": "x" * 2001},
        {"score": 5, "words": "nul\x00"},
        {"score": 5, "agent_id": str(UUID(int=1))},
        [],
    ],
)
async def test_what_is_no_rating_is_refused(house: House, body: Any) -> None:
    visitor = await house.begin()
    conversation_id = await _answered(house, visitor)
    await _end(visitor, conversation_id)

    answer = await visitor.ask("PUT", f"/conversations/{conversation_id}/rating", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert await house.rows("select from ratings") == []


async def test_what_goes_on_is_not_rated(house: House) -> None:
    visitor = await house.begin()
    conversation_id = await _answered(house, visitor)

    answer = await visitor.ask("PUT", f"/conversations/{conversation_id}/rating", {"score": 5})

    assert (answer.status_code, answer.json()["code"]) == (409, "conversation_not_ended")


async def test_who_rates_without_end_must_wait(house: House) -> None:
    visitor = await house.begin()
    conversation_id = await _answered(house, visitor)
    path = f"/conversations/{conversation_id}/rating"

    codes = [(await visitor.ask("PUT", path, {"score": 1})).status_code for _ in range(30)]

    assert 429 in codes
