"""The database's side of changing what was sent: which change is due, and what came of it.

Nothing is written before the call: an edit and a deletion do no harm when repeated, so what was cut
short is called again, and no change is ever `unknown`. What the provider has taken is the truth
about the message, also where a newer change has been asked for meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from halfminute.contacts.types import AddressId
from halfminute.conversations.delivery.attempts import shut_out
from halfminute.conversations.delivery.endings import Ending
from halfminute.conversations.delivery.states import Happening
from halfminute.conversations.quotes import tell_quoting
from halfminute.conversations.tables import changes as tables
from halfminute.conversations.types import ConversationId, MessageId
from halfminute.kit.database import Connection
from halfminute.kit.event_log import EventLog, Unit, stream_name
from halfminute.sdk.channel import OutgoingChange, OutgoingDeletion, OutgoingEdit
from halfminute.sdk.model import read_parts


class DueChange(NamedTuple):
    """A change whose turn has come; `failures` were before."""

    id: UUID
    message_id: MessageId
    conversation_id: ConversationId
    address_id: AddressId
    failures: int
    outgoing: OutgoingChange


async def list_due_changes(
    connection: Connection,
    channel_account_id: UUID,
    *,
    busy_message_ids: Collection[UUID],
    limit: int,
) -> list[DueChange]:
    """What may be called now, in the order it was asked for."""
    rows = await connection.fetch(
        tables.DUE_CHANGES, channel_account_id, list(busy_message_ids), limit
    )
    return [_due(row) for row in rows]


async def seconds_to_next_change(
    connection: Connection, channel_account_id: UUID, *, busy_message_ids: Collection[UUID]
) -> float | None:
    """How long until another change of the account comes due; None when nothing waits."""
    seconds: float | None = await connection.fetchval(
        tables.SECONDS_TO_NEXT_CHANGE, channel_account_id, list(busy_message_ids)
    )
    return seconds


async def end_change(log: EventLog, due: DueChange, ending: Ending) -> None:
    """Commit what came of it. Harmless when repeated; a newer change stays as it is."""
    async with log.write() as unit:
        message = await unit.connection.fetchrow(
            tables.LOCK_SENT, due.message_id, due.conversation_id
        )
        if message is None:
            return
        match ending.happening:
            case Happening.ACCEPTED:
                await _apply(unit, due, message)
            case Happening.REFUSED:
                await _fail(unit, due, ending)
            case _:
                await unit.connection.execute(
                    tables.PUT_OFF_CHANGE,
                    due.message_id,
                    due.id,
                    ending.put_off_seconds,
                    ending.failures,
                )


async def _apply(unit: Unit, due: DueChange, message: asyncpg.Record) -> None:
    if isinstance(due.outgoing, OutgoingDeletion):
        if message["deleted_at"] is None:
            await unit.connection.execute(tables.DELETE_SENT, due.message_id)
            _tell(unit, due, "MessageDeleted")
            await tell_quoting(unit, due.message_id, due.conversation_id)
        return
    ended = await unit.connection.fetchval(tables.END_CHANGE, due.message_id, due.id)
    standing = read_parts(message["parts"])
    if message["deleted_at"] is None and standing != due.outgoing.parts:
        await unit.connection.execute(
            tables.REVISE_SENT, due.message_id, message["revision"], standing, due.outgoing.parts
        )
        _tell(unit, due, "MessageEdited", revision=message["revision"] + 1)
        await tell_quoting(unit, due.message_id, due.conversation_id)
    elif ended is not None:
        # The words stand already: what was asked for is over, and nothing has changed.
        _tell(unit, due, "MessageChangeDropped")


async def _fail(unit: Unit, due: DueChange, ending: Ending) -> None:
    failed = await unit.connection.fetchval(
        tables.FAIL_CHANGE,
        due.message_id,
        due.id,
        ending.reason,
        ending.refusal,
        ending.is_retryable,
    )
    if failed is not None:
        _tell(unit, due, "MessageChangeFailed", is_retryable=ending.is_retryable)
    if ending.is_address_unreachable:
        why = ending.refusal or ending.reason
        await shut_out(unit, due.conversation_id, due.address_id, why)


def _tell(unit: Unit, due: DueChange, event_type: str, **facts: Any) -> None:
    data = {
        "conversation_id": str(due.conversation_id),
        "message_id": str(due.message_id),
        **facts,
    }
    unit.record(event_type, data, stream_name("conversation", due.conversation_id))


def _due(row: asyncpg.Record) -> DueChange:
    place = {
        "address_external_id": row["address_external_id"],
        "external_id": row["external_id"],
        "business_connection_id": row["business_connection_id"],
    }
    outgoing: OutgoingChange
    if row["kind"] == "edit":
        outgoing = OutgoingEdit(parts=read_parts(row["parts"]), **place)
    else:
        outgoing = OutgoingDeletion(more_external_ids=tuple(row["more_external_ids"]), **place)
    return DueChange(
        id=row["id"],
        message_id=row["message_id"],
        conversation_id=row["conversation_id"],
        address_id=row["address_id"],
        failures=row["failures"],
        outgoing=outgoing,
    )
