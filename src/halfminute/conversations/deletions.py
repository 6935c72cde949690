"""Marks messages that the channel has no longer: what they said is kept, and shown as deleted."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from halfminute.conversations.quotes import tell_quoting
from halfminute.conversations.tables import business as tables
from halfminute.kit.event_log import Unit, stream_name


async def apply_early_deletions(unit: Unit, names: Sequence[tuple[UUID, str]]) -> None:
    """Mark those of the messages, by address and external id, of which we had heard before."""
    address_ids, external_ids = zip(*names, strict=True)
    rows = await unit.connection.fetch(tables.TAKE_EARLY_DELETIONS, address_ids, external_ids)
    for row in rows:
        await delete_in_channel(unit, row["address_id"], [row["external_id"]])


async def delete_in_channel(unit: Unit, address_id: UUID, external_ids: Sequence[str]) -> set[str]:
    """Mark them; returns those that we have. An album is gone when all of its pictures are."""
    rows = await unit.connection.fetch(tables.FIND_DELETED, address_id, external_ids)
    found: set[str] = {row["external_id"] for row in rows}
    ids = {row["id"] for row in rows if not row["is_picture"] and row["deleted_at"] is None}
    if any(row["is_picture"] for row in rows):
        emptied = await unit.connection.fetch(tables.DELETE_PICTURES, address_id, external_ids)
        ids |= {row["message_id"] for row in emptied}
    if ids:
        await unit.connection.execute(tables.LOCK_DELETED, sorted(ids))
        for row in await unit.connection.fetch(tables.DELETE_IN_CHANNEL, sorted(ids)):
            data = {"conversation_id": str(row["conversation_id"]), "message_id": str(row["id"])}
            unit.record("MessageDeleted", data, stream_name("conversation", row["conversation_id"]))
            await tell_quoting(unit, row["id"], row["conversation_id"])
    return found
