"""The verbs of a conversation's lifecycle: the only code that writes its state.

Each is a move of `lifecycle`, whose facts are told by `transition_facts`. A move that changes what
an agent holds raises that agent's load version, after the row is locked and before the streams.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from halfminute.agents.load import raise_load_version
from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.types import AddressId, ContactId
from halfminute.conversations.consults import end_consults
from halfminute.conversations.lifecycle import FROM, TO, fetch_moved, refuse
from halfminute.conversations.tables import transitions as tables
from halfminute.conversations.transfers import miss_transfer, settle_transfer
from halfminute.conversations.transition_facts import (
    conversation_of,
    streams_of,
    tell_assignment,
    tell_opening,
    tell_queueing,
    tell_transfer,
    text_of,
)
from halfminute.conversations.types import (
    AssignedBy,
    Conversation,
    ConversationId,
    MessageId,
    State,
)
from halfminute.kit.event_log import Unit, stream_name


class Opening(NamedTuple):
    """A conversation to be opened."""

    id: ConversationId
    contact_id: ContactId
    address_id: AddressId
    channel_account_id: ChannelAccountId
    channel_kind: str


async def open_conversations(unit: Unit, openings: Sequence[Opening]) -> list[Conversation]:
    """Open them. One whose address has an open conversation already is left out of the answer."""
    if not openings:
        return []
    columns = list(zip(*openings, strict=True))
    rows = await unit.connection.fetch(tables.OPEN, *columns, TO["open"])
    return [tell_opening(unit, "ConversationOpened", row) for row in rows]


async def reopen_conversations(unit: Unit, ids: Sequence[ConversationId]) -> list[Conversation]:
    """Take closed conversations up again, as new ones that keep their history."""
    if not ids:
        return []
    rows = await unit.connection.fetch(tables.REOPEN, ids, FROM["reopen"], TO["reopen"])
    return [tell_opening(unit, "ConversationReopened", row) for row in rows]


async def resume_conversations(unit: Unit, ids: Sequence[ConversationId]) -> list[Conversation]:
    """Give conversations in wrap-up back to the agents who have them.

    What these agents hold does not change, for a wrap-up takes capacity as well.
    """
    if not ids:
        return []
    rows = await unit.connection.fetch(tables.RESUME, ids, FROM["resume"], TO["resume"])
    resumed = [conversation_of(row) for row in rows]
    for conversation in resumed:
        tell_assignment(unit, conversation, by="reopen", ids={"offer_id": None})
    return resumed


async def queue_conversation(
    unit: Unit, conversation_id: ConversationId, queue_id: UUID
) -> Conversation:
    """Let it wait in a queue. Raises ConversationChanged, ConversationNotFound."""
    queued = await queue_conversations(unit, [(conversation_id, queue_id)])
    return queued[0] if queued else await refuse(unit, conversation_id)


async def queue_conversations(
    unit: Unit, places: Sequence[tuple[ConversationId, UUID]]
) -> list[Conversation]:
    """Let each wait in its queue; those that are not new any more are left out of the answer."""
    if not places:
        return []
    ids, queue_ids = zip(*places, strict=True)
    rows = await unit.connection.fetch(tables.QUEUE, ids, queue_ids, FROM["queue"], TO["queue"])
    return [tell_queueing(unit, row) for row in rows]


async def requeue_conversation(unit: Unit, conversation_id: ConversationId, queue_id: UUID) -> bool:
    """Let what waits wait in another queue, with its age; False if it does not wait any more."""
    row = await fetch_moved(unit, tables.REQUEUE, "requeue", conversation_id, queue_id)
    if row is None:
        return False
    tell_queueing(unit, row, stream_name("queue", row["previous_queue_id"]))
    return True


async def transfer(
    unit: Unit,
    conversation_id: ConversationId,
    queue_id: UUID,
    message_id: MessageId,
    *,
    target_agent_id: UUID | None = None,
    target_seconds: int | None = None,
) -> Conversation:
    """Let it wait in a queue with its age, whoever had it; what rings is the caller's to end.

    With a target it waits for that agent alone for so long. The message tells of it in the thread.
    Raises ConversationChanged, ConversationNotFound.
    """
    row = await fetch_moved(
        unit,
        tables.TRANSFER,
        "transfer",
        conversation_id,
        queue_id,
        target_agent_id,
        target_seconds,
    )
    if row is None:
        await refuse(unit, conversation_id)
    if row["previous_agent_id"] is not None:
        await raise_load_version(unit, row["previous_agent_id"])
    if row["has_help"]:
        await end_consults(unit, conversation_id)
    return tell_transfer(unit, row, message_id)


async def mark_offered(
    unit: Unit,
    conversation_id: ConversationId,
    *,
    offer_id: UUID,
    offer_number: int,
    agent_id: UUID,
) -> bool:
    """Note that it rings at an agent; False if it does not wait any more."""
    row = await fetch_moved(unit, tables.OFFER, "offer", conversation_id)
    if row is None:
        return False
    moved = conversation_of(row)
    data = {
        "conversation_id": str(moved.id),
        "offer_id": str(offer_id),
        "offer_number": offer_number,
        "agent_id": str(agent_id),
        "queue_id": str(moved.queue_id),
    }
    unit.record("ConversationOffered", data, *streams_of(moved, agent_id))
    return True


async def return_to_queue(
    unit: Unit, conversation_id: ConversationId, *, offer_id: UUID, agent_id: UUID, reason: str
) -> bool:
    """Let it wait again, in its old place; False if it does not ring any more.

    If it was passed on to this agent, who has declined it or let it ring out, it is anybody's now.

    The queue and the agent learn of it by the end of the offer, which the caller records.
    """
    row = await fetch_moved(unit, tables.RETURN, "return", conversation_id)
    if row is None:
        return False
    data = {
        "conversation_id": str(row["id"]),
        "offer_id": str(offer_id),
        "queue_id": str(row["queue_id"]),
        "reason": reason,
    }
    unit.record("ConversationReturned", data, stream_name("conversation", row["id"]))
    if row["target_agent_id"] == agent_id and reason in ("declined", "timed_out"):
        await miss_transfer(unit, conversation_id, agent_id, reason)
    return True


async def assign(
    unit: Unit,
    conversation_id: ConversationId,
    agent_id: UUID,
    *,
    from_states: Collection[State],
    by: AssignedBy,
    offer_id: UUID | None = None,
    message_id: MessageId | None = None,
) -> Conversation:
    """Give it to an agent. Raises ConversationChanged if it is in none of `from_states`.

    `message_id`: the note that tells of it, if there is one.
    """
    row = await fetch_moved(
        unit, tables.ASSIGN, "assign", conversation_id, agent_id, from_states=from_states
    )
    if row is None:
        await refuse(unit, conversation_id)
    conversation = conversation_of(row)
    holders = {agent_id, row["previous_agent_id"] or agent_id}
    for holder in sorted(holders):
        await raise_load_version(unit, holder)
    ids = {"offer_id": offer_id} if message_id is None else {"message_id": message_id}
    lost_by = holders - {agent_id}
    tell_assignment(unit, conversation, by=by, ids=ids, lost_by=lost_by)
    if row["is_passed_on"]:
        await settle_transfer(unit, conversation.id, "taken", taken_by=agent_id)
    if row["has_help"]:
        await end_consults(unit, conversation.id)
    return conversation


async def give_back(unit: Unit, conversation_id: ConversationId, agent_id: UUID) -> bool:
    """Let it wait in its queue again, with its age; False if the agent has answered or lost it."""
    row = await fetch_moved(unit, tables.GIVE_BACK, "give_back", conversation_id, agent_id)
    if row is None:
        return False
    await raise_load_version(unit, agent_id)
    tell_queueing(unit, row, stream_name("agent", agent_id), agent_id=str(agent_id))
    return True


async def start_wrap_up(
    unit: Unit,
    conversation_id: ConversationId,
    *,
    is_solved: bool | None,
    disposition_code: str | None,
    expected_version: int | None = None,
) -> Conversation:
    """End the talk; the agent still holds it to finish the notes. Raises ConversationChanged."""
    row = await fetch_moved(
        unit,
        tables.START_WRAP_UP,
        "start_wrap_up",
        conversation_id,
        is_solved,
        disposition_code,
        expected_version=expected_version,
    )
    if row is None:
        await refuse(unit, conversation_id)
    if row["has_help"]:
        await end_consults(unit, conversation_id)
    conversation = conversation_of(row)
    data = {
        "conversation_id": str(conversation.id),
        "agent_id": str(conversation.agent_id),
        "queue_id": text_of(conversation.queue_id),
        "is_solved": is_solved,
    }
    unit.record("WrapUpStarted", data, *streams_of(conversation, conversation.agent_id))
    return conversation


async def choose_outcome(
    unit: Unit, conversation_id: ConversationId, *, is_solved: bool, disposition_code: str
) -> None:
    """Say how it came out where that was left open; the caller holds the conversation's lock."""
    row = await unit.connection.fetchrow(
        tables.CHOOSE_OUTCOME, conversation_id, is_solved, disposition_code
    )
    conversation = conversation_of(row) if row else await refuse(unit, conversation_id)
    data = {"conversation_id": str(conversation.id), "is_solved": is_solved}
    unit.record("OutcomeChosen", data, stream_name("conversation", conversation.id))


async def close(
    unit: Unit,
    conversation_id: ConversationId,
    *,
    is_solved: bool | None,
    disposition_code: str | None,
    from_states: Collection[State] | None = None,
    expected_version: int | None = None,
) -> Conversation:
    """End it without a wrap-up. Raises ConversationChanged."""
    row = await fetch_moved(
        unit,
        tables.CLOSE,
        "close",
        conversation_id,
        is_solved,
        disposition_code,
        from_states=from_states,
        expected_version=expected_version,
    )
    if row is None:
        await refuse(unit, conversation_id)
    if row["is_passed_on"]:
        await settle_transfer(unit, conversation_id, "ended")
    if row["has_help"]:
        await end_consults(unit, conversation_id)
    return await _release(unit, conversation_of(row))


async def finish_wrap_up(unit: Unit, conversation_id: ConversationId) -> Conversation:
    """End it for good. Raises ConversationChanged if it is not in wrap-up any more."""
    row = await fetch_moved(unit, tables.FINISH_WRAP_UP, "finish_wrap_up", conversation_id)
    if row is None:
        await refuse(unit, conversation_id)
    return await _release(unit, conversation_of(row))


async def _release(unit: Unit, conversation: Conversation) -> Conversation:
    holder = conversation.agent_id
    if holder is not None:
        await raise_load_version(unit, holder)
    data = {
        "conversation_id": str(conversation.id),
        "agent_id": text_of(holder),
        "queue_id": text_of(conversation.queue_id),
        "is_solved": conversation.is_solved,
    }
    unit.record("ConversationClosed", data, *streams_of(conversation, holder))
    return conversation
