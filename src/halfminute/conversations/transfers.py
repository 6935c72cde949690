"""What becomes of a transfer, told to those who see the thread and to whoever passed it on."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from halfminute.conversations.schemas_transfers import TransferView
from halfminute.conversations.tables import transfers as tables
from halfminute.conversations.types import ConversationId, MessageId, TransferOutcome
from halfminute.kit.database import Connection
from halfminute.kit.event_log import Unit, stream_name
from halfminute.kit.ids import new_id


class Passing(NamedTuple):
    """Who passes on what, and to whom. `given_to` has it already; the target is to be asked."""

    conversation_id: ConversationId
    message_id: MessageId
    transferred_by: UUID | None
    from_agent_id: UUID | None
    queue_id: UUID | None
    target_agent_id: UUID | None = None
    given_to: UUID | None = None


async def record_transfer(unit: Unit, new: Passing) -> UUID:
    """Keep it, once the conversation has moved; the id of the transfer."""
    transfer_id = new_id()
    await unit.connection.execute(
        tables.RECORD,
        transfer_id,
        new.conversation_id,
        new.message_id,
        new.transferred_by,
        new.from_agent_id,
        new.queue_id,
        new.given_to or new.target_agent_id,
        "given" if new.given_to else "waiting",
        new.given_to,
    )
    return transfer_id


async def settle_transfer(
    unit: Unit,
    conversation_id: ConversationId,
    outcome: TransferOutcome,
    *,
    taken_by: UUID | None = None,
) -> None:
    """If the conversation was passed on and nobody has had it since, this became of it."""
    row = await unit.connection.fetchrow(tables.SETTLE, conversation_id, outcome, taken_by)
    _tell(unit, conversation_id, row)


async def miss_transfer(
    unit: Unit,
    conversation_id: ConversationId,
    agent_id: UUID,
    outcome: str,
) -> None:
    """If it was meant for this agent, it waits for anybody now: `declined` or `timed_out`."""
    row = await unit.connection.fetchrow(tables.MISS, conversation_id, outcome, agent_id)
    _tell(unit, conversation_id, row)


async def find_said_transfer(
    connection: Connection, conversation_id: UUID, client_id: UUID, user_id: UUID | None
) -> TransferView | None:
    """What the same word of the same person has made already."""
    found = await connection.fetchval(tables.FIND_SAID, conversation_id, client_id, user_id)
    return None if found is None else msgspec.convert(found, TransferView)


async def get_transfer_view(connection: Connection, transfer_id: UUID) -> TransferView:
    """The transfer, which is there."""
    return (await list_transfer_views(connection, [transfer_id]))[transfer_id]


async def list_transfer_views(
    connection: Connection, transfer_ids: Collection[UUID]
) -> dict[UUID, TransferView]:
    """The views of these transfers, by id."""
    rows = await connection.fetch(tables.LIST_VIEWS, list(transfer_ids))
    return {row["id"]: msgspec.convert(row["view"], TransferView) for row in rows}


def _tell(unit: Unit, conversation_id: ConversationId, row: asyncpg.Record | None) -> None:
    if row is None:
        return
    data = {
        "conversation_id": str(conversation_id),
        "message_id": str(row["message_id"]),
        "transfer_id": str(row["id"]),
    }
    unit.record("TransferSettled", data, stream_name("conversation", conversation_id))
    if row["transferred_by"] is not None:
        # Who passed it on may see the conversation no more, but what became of it.
        told = {"transfer_id": str(row["id"])}
        unit.record("TransferSettled", told, stream_name("agent", row["transferred_by"]))
