"""What the log is told when a conversation has moved, on the streams of all who must know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

import asyncpg

from halfminute.conversations.types import AssignedBy, Conversation, MessageId
from halfminute.kit.event_log import Unit, stream_name
from halfminute.kit.time import to_us


def tell_opening(unit: Unit, event_type: str, row: asyncpg.Record) -> Conversation:
    conversation = conversation_of(row)
    data = {
        "conversation_id": str(conversation.id),
        "contact_id": str(conversation.contact_id),
        "address_id": str(conversation.address_id),
        "channel_account_id": str(conversation.channel_account_id),
    }
    unit.record(event_type, data, stream_name("conversation", conversation.id))
    return conversation


def tell_queueing(unit: Unit, row: asyncpg.Record, *others: str, **more: str) -> Conversation:
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
        "ConversationQueued", data, *dict.fromkeys([*streams_of(conversation, None), *others])
    )
    return conversation


def tell_transfer(unit: Unit, row: asyncpg.Record, message_id: MessageId) -> Conversation:
    """Before the queueing: who had it must be free of it when the queue hears."""
    holder = row["previous_agent_id"]
    data = {
        "conversation_id": str(row["id"]),
        "message_id": str(message_id),
        "agent_id": text_of(holder),
        "queue_id": str(row["queue_id"]),
        "channel_kind": row["channel_kind"],
    }
    streams = [stream_name("conversation", row["id"])]
    if holder is not None:
        streams.append(stream_name("agent", holder))
    unit.record("ConversationTransferred", data, *streams)
    was_waiting = row["previous_state"] in ("queued", "offered")
    left = [stream_name("queue", row["previous_queue_id"])] if was_waiting else []
    return tell_queueing(unit, row, *left)


def tell_assignment(
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
        "queue_id": text_of(conversation.queue_id),
        "channel_kind": conversation.channel_kind,
        "by": by,
        **{name: text_of(identifier) for name, identifier in ids.items()},
    }
    streams = streams_of(conversation, conversation.agent_id)
    streams += [stream_name("agent", each) for each in sorted(lost_by)]
    unit.record("ConversationAssigned", data, *streams)


def streams_of(conversation: Conversation, agent_id: UUID | None) -> list[str]:
    streams = [stream_name("conversation", conversation.id)]
    if conversation.queue_id is not None:
        streams.append(stream_name("queue", conversation.queue_id))
    if agent_id is not None:
        streams.append(stream_name("agent", agent_id))
    return streams


def conversation_of(row: asyncpg.Record) -> Conversation:
    return Conversation(**{name: row[name] for name in Conversation.__struct_fields__})


def text_of(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)
