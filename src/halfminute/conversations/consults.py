"""Who helps in a conversation: asked, helping, and no more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg
import msgspec

from halfminute.agents.load import raise_load_version
from halfminute.conversations.schemas_consults import ConsultView
from halfminute.conversations.tables import consults as tables
from halfminute.conversations.types import ConsultState, ConversationId, MessageId
from halfminute.kit.database import Connection
from halfminute.kit.event_log import Unit, stream_name
from halfminute.kit.ids import new_id

_EVENT_TYPES: dict[ConsultState, str] = {
    "asked": "ConsultAsked",
    "active": "ConsultStarted",
    "declined": "ConsultDeclined",
    "withdrawn": "ConsultWithdrawn",
    "ended": "ConsultEnded",
}


async def ask_for_help(
    unit: Unit,
    conversation_id: ConversationId,
    agent_id: UUID,
    message_id: MessageId,
    *,
    asked_by: UUID,
    seconds: int,
) -> UUID | None:
    """The consult; None where the agent is asked already, or helps."""
    await unit.connection.execute(tables.FORGET_UNHEARD, conversation_id, agent_id)
    row = await unit.connection.fetchrow(
        tables.ASK, new_id(), conversation_id, agent_id, asked_by, message_id, seconds
    )
    if row is None:
        return None
    _tell(unit, row)
    consult_id: UUID = row["id"]
    return consult_id


async def move_consult(
    unit: Unit, consult_id: UUID, state: ConsultState, from_states: Sequence[ConsultState]
) -> bool:
    """Whether it could be moved there. The caller has locked the conversation."""
    row = await unit.connection.fetchrow(tables.MOVE, consult_id, state, from_states)
    if row is None:
        return False
    if state == "active" or "active" in from_states:
        await raise_load_version(unit, row["agent_id"])
    _tell(unit, row)
    return True


async def end_consults(unit: Unit, conversation_id: ConversationId) -> None:
    """Whoever helped in it need not any more. The caller has locked the conversation."""
    rows = await unit.connection.fetch(tables.END_OF_CONVERSATION, conversation_id)
    for row in sorted(rows, key=lambda row: row["agent_id"]):
        if row["previous_state"] == "active":
            await raise_load_version(unit, row["agent_id"])
        _tell(unit, row)


async def find_consult(connection: Connection, consult_id: UUID) -> asyncpg.Record | None:
    """Its row."""
    return await connection.fetchrow(tables.FIND, consult_id)


async def find_said_consult(
    connection: Connection, conversation_id: UUID, client_id: UUID, user_id: UUID | None
) -> UUID | None:
    """What the same word of the same person has made already."""
    found: UUID | None = await connection.fetchval(
        tables.FIND_SAID, conversation_id, client_id, user_id
    )
    return found


async def list_consult_views(
    connection: Connection, consult_ids: Collection[UUID]
) -> dict[UUID, ConsultView]:
    """The views of these consults, by id."""
    rows = await connection.fetch(tables.LIST_VIEWS, list(consult_ids))
    return {row["id"]: msgspec.convert(row["view"], ConsultView) for row in rows}


async def list_open_consults(connection: Connection, agent_id: UUID) -> list[ConsultView]:
    """What the agent is asked, and where it helps; the longest asked first."""
    rows = await connection.fetch(tables.LIST_OPEN, agent_id)
    return [msgspec.convert(row["view"], ConsultView) for row in rows]


def _tell(unit: Unit, row: asyncpg.Record) -> None:
    data = {
        "conversation_id": str(row["conversation_id"]),
        "consult_id": str(row["id"]),
        "agent_id": str(row["agent_id"]),
        "message_id": str(row["message_id"]),
    }
    streams = (
        stream_name("conversation", row["conversation_id"]),
        stream_name("agent", row["agent_id"]),
    )
    unit.record(_EVENT_TYPES[row["state"]], data, *streams)
