"""A supervisor gives a conversation to an agent, whoever has it."""

from __future__ import annotations

from uuid import UUID

import pytest

from halfminute.agents.errors import AgentNotFound
from halfminute.conversations.errors import (
    ConversationChanged,
    ConversationNotFound,
    ConversationNotYours,
)
from halfminute.conversations.schemas_transfers import TransferView
from halfminute.identity.principals import Principal
from halfminute.kit.ids import new_id
from halfminute.routing.actions.reassign_conversation import reassign_conversation
from halfminute.routing.errors import AgentCannotTake
from halfminute.routing.schemas_transfers import NewReassignment
from tests.routing.centre import agent_principal
from tests.routing.test_transfers import TransferPlay, play, supervisor

__all__ = ["play"]


async def give(
    play: TransferPlay,
    agent_id: UUID,
    *,
    by: Principal | None = None,
    client_id: UUID | None = None,
) -> TransferView:
    """The chief, or somebody else, gives the play's conversation to this agent."""
    new = NewReassignment(client_id=client_id or new_id(), agent_id=agent_id, note="Please")
    view = await reassign_conversation(
        play.centre.log, by or supervisor(play.first), play.conversation_id, new
    )
    await play.turn()
    return view


async def test_who_gets_it_has_it_and_who_loses_it_is_free_and_told(play: TransferPlay) -> None:
    await play.open(bob_is="away")

    view = await give(play, play.bob)

    assert (view.outcome, view.taken_by, view.from_agent_id) == ("given", play.bob, play.ann)
    row = await play.row()
    assert (row["state"], row["agent_id"], row["queue_id"]) == ("active", play.bob, play.first)
    assert play.place_of(play.conversation_id) == ("assigned", str(play.bob))
    assert (await play.load_of(play.ann), await play.load_of(play.bob)) == (0, 34)
    told = await play.centre.fetch(
        """select stream, data ->> 'message_id' as message_id from events
            where type = 'ConversationAssigned' and data ->> 'by' = 'reassign' order by stream"""
    )
    streams = {row["stream"] for row in told}
    assert streams == {
        f"agent:{play.ann}",
        f"agent:{play.bob}",
        f"conversation:{play.conversation_id}",
        f"queue:{play.first}",
    }
    note = await play.centre.fetchval("select id from messages where direction = 'internal'")
    assert {row["message_id"] for row in told} == {str(note)}
    await play.check_journal()


async def test_what_rings_is_given_away_and_rings_no_more(play: TransferPlay) -> None:
    await play.open()
    offer = await play.ring(play.first, play.ann)
    play.conversation_id = offer.conversation_id

    await give(play, play.bob)

    assert await play.centre.find_offer(play.ann) is None
    assert play.place_of(play.conversation_id) == ("assigned", str(play.bob))
    await play.check_journal()


async def test_what_was_passed_on_is_taken_from_where_it_waits(play: TransferPlay) -> None:
    await play.open(bob_is="away")
    passed = await play.pass_on()

    given = await give(play, play.ann, by=supervisor())

    rows = await play.centre.fetch("select id, outcome from transfers")
    outcomes = {row["id"]: row["outcome"] for row in rows}
    assert outcomes == {passed.id: "moved", given.id: "given"}
    assert play.place_of(play.conversation_id) == ("assigned", str(play.ann))
    await play.check_journal()


async def test_the_same_word_twice_is_heard_once(play: TransferPlay) -> None:
    await play.open()
    client_id = new_id()
    first = await give(play, play.bob, client_id=client_id)
    again = await give(play, play.bob, client_id=client_id)

    assert again == first
    assert await play.centre.fetchval("select count(*) from transfers") == 1


async def test_only_who_looks_after_it_may_give_it_away(play: TransferPlay) -> None:
    await play.open()

    with pytest.raises(ConversationNotYours):
        await give(play, play.bob, by=agent_principal(play.ann))
    with pytest.raises(ConversationNotFound):
        await give(play, play.bob, by=supervisor(play.second))
    assert (await play.row())["agent_id"] == play.ann


async def test_who_cannot_have_it_is_not_given_it(play: TransferPlay) -> None:
    await play.open(bob_is="offline")

    for agent_id, reason in ((play.bob, "offline"), (play.ann, "has_it")):
        with pytest.raises(AgentCannotTake) as refused:
            await give(play, agent_id)
        assert refused.value.fields == {"reason": reason}
    with pytest.raises(AgentNotFound):
        await give(play, new_id())
    await play.centre.set_presence(play.bob, "available")
    await play.centre.start_wrap_up(play.conversation_id)
    with pytest.raises(ConversationChanged):
        await give(play, play.bob)
    assert await play.centre.fetchval("select count(*) from transfers") == 0
