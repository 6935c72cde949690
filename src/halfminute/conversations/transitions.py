"""The lifecycle of a conversation: the only code that writes its state.

    new ----queue----> queued ----offer----> offered ---assign---> active
     |                  |  ^                    |                  |   |
     |                  |  +-------return-------+     start_wrap_up|   |close
     |                  +--------assign (a pull)------> active     v   |
     |                                                 wrap_up     |   |
     |                             active <--resume------+         |   |
     |                                                   |finish   |   |
     +-------------------------close------------------> closed <---+---+
                                                         |
     new <----------------------reopen-------------------+

What is queued may also be moved to another queue (`requeue`), where it waits with its age; so may
what rings or is answered, by somebody's word (`transfer`). What an agent has whose customer has
come back out of silence, and for whom the agent has no room, goes back to its queue (`give_back`).

Each move is a compare-and-set: it changes the row only from a state in which the verb is allowed
(and from the version the caller has read, where given), so that of two who try at once one wins.
Each records its facts on the streams of all who must know. A move that changes what an agent holds
raises that agent's load version, after the conversation's row is locked and before the streams.

A customer who writes during the wrap-up gets the same agent back at once (`resume`): the matter is
not over, and the agent still has it in mind. What the closing said is cleared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, NamedTuple
from uuid import UUID

import asyncpg

from halfminute.agents.load import raise_load_version
from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.types import AddressId, ContactId
from halfminute.conversations.consults import end_consults
from halfminute.conversations.errors import ConversationChanged, ConversationNotFound
from halfminute.conversations.tables import transitions as tables
from halfminute.conversations.transfers import miss_transfer, settle_transfer
from halfminute.conversations.types import (
    AssignedBy,
    Conversation,
    ConversationId,
    MessageId,
    State,
)
from halfminute.kit.event_log import Unit, stream_name
from halfminute.kit.time import to_us

Verb = Literal[
    "open",
    "queue",
    "requeue",
    "transfer",
    "offer",
    "return",
    "assign",
    "give_back",
    "start_wrap_up",
    "resume",
    "finish_wrap_up",
    "close",
    "reopen",
]

LIFECYCLE: Final[Mapping[tuple[State | None, Verb], State]] = {
    (None, "open"): "new",
    ("new", "queue"): "queued",
    ("queued", "requeue"): "queued",
    ("queued", "transfer"): "queued",
    ("offered", "transfer"): "queued",
    ("active", "transfer"): "queued",
    ("queued", "offer"): "offered",
    ("offered", "return"): "queued",
    ("offered", "assign"): "active",
    ("queued", "assign"): "active",
    ("new", "assign"): "active",
    ("active", "assign"): "active",
    ("active", "give_back"): "queued",
    ("active", "start_wrap_up"): "wrap_up",
    ("wrap_up", "resume"): "active",
    ("wrap_up", "finish_wrap_up"): "closed",
    ("active", "close"): "closed",
    ("offered", "close"): "closed",
    ("queued", "close"): "closed",
    ("new", "close"): "closed",
    ("closed", "reopen"): "new",
}

_FROM: Final[dict[Verb, list[State]]] = {}
_TO: Final[dict[Verb, State]] = {}
for (_state, _verb), _target in LIFECYCLE.items():
    _FROM.setdefault(_verb, []).extend([_state] if _state else [])
    _TO[_verb] = _target


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
    rows = await unit.connection.fetch(tables.OPEN, *columns, _TO["open"])
    return [_tell_opening(unit, "ConversationOpened", row) for row in rows]


async def reopen_conversations(unit: Unit, ids: Sequence[ConversationId]) -> list[Conversation]:
    """Take closed conversations up again, as new ones that keep their history."""
    if not ids:
        return []
    rows = await unit.connection.fetch(tables.REOPEN, ids, _FROM["reopen"], _TO["reopen"])
    return [_tell_opening(unit, "ConversationReopened", row) for row in rows]


async def resume_conversations(unit: Unit, ids: Sequence[ConversationId]) -> list[Conversation]:
    """Give conversations in wrap-up back to the agents who have them.

    What these agents hold does not change, for a wrap-up takes capacity as well.
    """
    if not ids:
        return []
    rows = await unit.connection.fetch(tables.RESUME, ids, _FROM["resume"], _TO["resume"])
    resumed = [conversation_of(row) for row in rows]
    for conversation in resumed:
        _tell_assignment(unit, conversation, by="reopen", ids={"offer_id": None})
    return resumed


async def queue_conversation(
    unit: Unit, conversation_id: ConversationId, queue_id: UUID
) -> Conversation:
    """Let it wait in a queue. Raises ConversationChanged, ConversationNotFound."""
    queued = await queue_conversations(unit, [(conversation_id, queue_id)])
    return queued[0] if queued else await _refuse(unit, conversation_id)


async def queue_conversations(
    unit: Unit, places: Sequence[tuple[ConversationId, UUID]]
) -> list[Conversation]:
    """Let each wait in its queue; those that are not new any more are left out of the answer."""
    if not places:
        return []
    ids, queue_ids = zip(*places, strict=True)
    rows = await unit.connection.fetch(tables.QUEUE, ids, queue_ids, _FROM["queue"], _TO["queue"])
    return [_tell_queueing(unit, row) for row in rows]


async def requeue_conversation(unit: Unit, conversation_id: ConversationId, queue_id: UUID) -> bool:
    """Let what waits wait in another queue, with its age; False if it does not wait any more."""
    row = await _fetch(unit, tables.REQUEUE, "requeue", conversation_id, queue_id)
    if row is None:
        return False
    _tell_queueing(unit, row, stream_name("queue", row["previous_queue_id"]))
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
    row = await _fetch(
        unit,
        tables.TRANSFER,
        "transfer",
        conversation_id,
        queue_id,
        target_agent_id,
        target_seconds,
    )
    if row is None:
        return await _refuse(unit, conversation_id)
    if row["previous_agent_id"] is not None:
        await raise_load_version(unit, row["previous_agent_id"])
    if row["has_help"]:
        await end_consults(unit, conversation_id)
    return _tell_transfer(unit, row, message_id)


async def mark_offered(
    unit: Unit,
    conversation_id: ConversationId,
    *,
    offer_id: UUID,
    offer_number: int,
    agent_id: UUID,
) -> bool:
    """Note that it rings at an agent; False if it does not wait any more."""
    moved = await _try_move(unit, tables.OFFER, "offer", conversation_id)
    if moved is None:
        return False
    data = {
        "conversation_id": str(moved.id),
        "offer_id": str(offer_id),
        "offer_number": offer_number,
        "agent_id": str(agent_id),
        "queue_id": str(moved.queue_id),
    }
    unit.record("ConversationOffered", data, *_streams(moved, agent_id))
    return True


async def return_to_queue(
    unit: Unit, conversation_id: ConversationId, *, offer_id: UUID, agent_id: UUID, reason: str
) -> bool:
    """Let it wait again, in its old place; False if it does not ring any more.

    If it was passed on to this agent, who has declined it or let it ring out, it is anybody's now.

    The queue and the agent learn of it by the end of the offer, which the caller records.
    """
    row = await _fetch(unit, tables.RETURN, "return", conversation_id)
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
    row = await _fetch(
        unit, tables.ASSIGN, "assign", conversation_id, agent_id, from_states=from_states
    )
    if row is None:
        return await _refuse(unit, conversation_id)
    conversation = conversation_of(row)
    holders = {agent_id, row["previous_agent_id"] or agent_id}
    for holder in sorted(holders):
        await raise_load_version(unit, holder)
    ids = {"offer_id": offer_id} if message_id is None else {"message_id": message_id}
    lost_by = holders - {agent_id}
    _tell_assignment(unit, conversation, by=by, ids=ids, lost_by=lost_by)
    if row["is_passed_on"]:
        await settle_transfer(unit, conversation.id, "taken", taken_by=agent_id)
    if row["has_help"]:
        await end_consults(unit, conversation.id)
    return conversation


async def give_back(unit: Unit, conversation_id: ConversationId, agent_id: UUID) -> bool:
    """Let it wait in its queue again, with its age; False if the agent has answered or lost it."""
    row = await _fetch(unit, tables.GIVE_BACK, "give_back", conversation_id, agent_id)
    if row is None:
        return False
    await raise_load_version(unit, agent_id)
    _tell_queueing(unit, row, stream_name("agent", agent_id), agent_id=str(agent_id))
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
    row = await _fetch(
        unit,
        tables.START_WRAP_UP,
        "start_wrap_up",
        conversation_id,
        is_solved,
        disposition_code,
        expected_version=expected_version,
    )
    if row is None:
        return await _refuse(unit, conversation_id)
    if row["has_help"]:
        await end_consults(unit, conversation_id)
    conversation = conversation_of(row)
    data = {
        "conversation_id": str(conversation.id),
        "agent_id": str(conversation.agent_id),
        "queue_id": _text(conversation.queue_id),
        "is_solved": is_solved,
    }
    unit.record("WrapUpStarted", data, *_streams(conversation, conversation.agent_id))
    return conversation


async def choose_outcome(
    unit: Unit, conversation_id: ConversationId, *, is_solved: bool, disposition_code: str
) -> None:
    """Say how it came out where that was left open; the caller holds the conversation's lock."""
    row = await unit.connection.fetchrow(
        tables.CHOOSE_OUTCOME, conversation_id, is_solved, disposition_code
    )
    conversation = conversation_of(row) if row else await _refuse(unit, conversation_id)
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
    row = await _fetch(
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
        return await _refuse(unit, conversation_id)
    if row["is_passed_on"]:
        await settle_transfer(unit, conversation_id, "ended")
    if row["has_help"]:
        await end_consults(unit, conversation_id)
    return await _release(unit, conversation_of(row))


async def finish_wrap_up(unit: Unit, conversation_id: ConversationId) -> Conversation:
    """End it for good. Raises ConversationChanged if it is not in wrap-up any more."""
    conversation = await _move(unit, tables.FINISH_WRAP_UP, "finish_wrap_up", conversation_id)
    return await _release(unit, conversation)


async def _release(unit: Unit, conversation: Conversation) -> Conversation:
    holder = conversation.agent_id
    if holder is not None:
        await raise_load_version(unit, holder)
    data = {
        "conversation_id": str(conversation.id),
        "agent_id": _text(holder),
        "queue_id": _text(conversation.queue_id),
        "is_solved": conversation.is_solved,
    }
    unit.record("ConversationClosed", data, *_streams(conversation, holder))
    return conversation


async def _move(
    unit: Unit, statement: str, verb: Verb, conversation_id: ConversationId
) -> Conversation:
    row = await _fetch(unit, statement, verb, conversation_id)
    return conversation_of(row) if row else await _refuse(unit, conversation_id)


async def _try_move(
    unit: Unit, statement: str, verb: Verb, conversation_id: ConversationId
) -> Conversation | None:
    row = await _fetch(unit, statement, verb, conversation_id)
    return conversation_of(row) if row else None


async def _fetch(
    unit: Unit,
    statement: str,
    verb: Verb,
    conversation_id: ConversationId,
    *values: object,
    from_states: Collection[State] | None = None,
    expected_version: int | None = None,
) -> asyncpg.Record | None:
    allowed = _FROM[verb]
    if from_states is not None:
        allowed = [state for state in allowed if state in from_states]
    return await unit.connection.fetchrow(
        statement, conversation_id, allowed, _TO[verb], expected_version, *values
    )


async def _refuse(unit: Unit, conversation_id: ConversationId) -> Conversation:
    row = await unit.connection.fetchrow(tables.GET, conversation_id)
    if row is None:
        raise ConversationNotFound
    raise ConversationChanged(state=row["state"], version=row["version"])


def _tell_opening(unit: Unit, event_type: str, row: asyncpg.Record) -> Conversation:
    conversation = conversation_of(row)
    data = {
        "conversation_id": str(conversation.id),
        "contact_id": str(conversation.contact_id),
        "address_id": str(conversation.address_id),
        "channel_account_id": str(conversation.channel_account_id),
    }
    unit.record(event_type, data, stream_name("conversation", conversation.id))
    return conversation


def _tell_queueing(unit: Unit, row: asyncpg.Record, *others: str, **more: str) -> Conversation:
    conversation = conversation_of(row)
    data = {
        "conversation_id": str(conversation.id),
        "queue_id": str(conversation.queue_id),
        "channel_kind": conversation.channel_kind,
        "queued_at_us": to_us(row["queued_at"]),
        "priority_credit_seconds": row["priority_credit_seconds"],
        **more,
    }
    unit.record(
        "ConversationQueued", data, *dict.fromkeys([*_streams(conversation, None), *others])
    )
    return conversation


def _tell_transfer(unit: Unit, row: asyncpg.Record, message_id: MessageId) -> Conversation:
    """Before the queueing: who had it must be free of it when the queue hears."""
    holder = row["previous_agent_id"]
    data = {
        "conversation_id": str(row["id"]),
        "message_id": str(message_id),
        "agent_id": _text(holder),
        "queue_id": str(row["queue_id"]),
        "channel_kind": row["channel_kind"],
    }
    streams = [stream_name("conversation", row["id"])]
    if holder is not None:
        streams.append(stream_name("agent", holder))
    unit.record("ConversationTransferred", data, *streams)
    was_waiting = row["previous_state"] in ("queued", "offered")
    left = [stream_name("queue", row["previous_queue_id"])] if was_waiting else []
    return _tell_queueing(unit, row, *left)


def _tell_assignment(
    unit: Unit,
    conversation: Conversation,
    *,
    by: AssignedBy,
    ids: Mapping[str, UUID | None],
    lost_by: Collection[UUID] = (),
) -> None:
    data = {
        "conversation_id": str(conversation.id),
        "agent_id": str(conversation.agent_id),
        "queue_id": _text(conversation.queue_id),
        "channel_kind": conversation.channel_kind,
        "by": by,
        **{name: _text(identifier) for name, identifier in ids.items()},
    }
    streams = _streams(conversation, conversation.agent_id)
    streams += [stream_name("agent", each) for each in sorted(lost_by)]
    unit.record("ConversationAssigned", data, *streams)


def _streams(conversation: Conversation, agent_id: UUID | None) -> list[str]:
    streams = [stream_name("conversation", conversation.id)]
    if conversation.queue_id is not None:
        streams.append(stream_name("queue", conversation.queue_id))
    if agent_id is not None:
        streams.append(stream_name("agent", agent_id))
    return streams


def conversation_of(row: asyncpg.Record) -> Conversation:
    return Conversation(**{name: row[name] for name in Conversation.__struct_fields__})


def _text(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)
