"""Writes down how the fetching of a file went, and tells those who are shown it."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from halfminute.files import tables
from halfminute.files.types import StoredFile
from halfminute.kit.event_log import EventLog, Unit, stream_name


async def mark_ready(log: EventLog, file_id: UUID, stored: StoredFile) -> bool:
    """It is ours now; False if another fetched it first."""
    async with log.write() as unit:
        changed = await unit.connection.fetchval(
            tables.MARK_READY,
            file_id,
            stored.storage_key,
            stored.sha256,
            stored.size,
            stored.media_type,
        )
        if changed is not None:
            await _tell(unit, "FileReady", file_id)
    return changed is not None


async def give_up(
    log: EventLog, file_id: UUID, state: Literal["too_large", "expired", "failed"], reason: str
) -> None:
    """It will never be ours."""
    async with log.write() as unit:
        if await unit.connection.fetchval(tables.GIVE_UP, file_id, state, reason) is not None:
            await _tell(unit, "FileFailed", file_id)


async def postpone(log: EventLog, file_id: UUID, seconds: float, reason: str) -> None:
    """It is to be tried again later."""
    async with log.database.transaction() as connection:
        await connection.execute(tables.POSTPONE, file_id, seconds, reason)


async def _tell(unit: Unit, event_type: str, file_id: UUID) -> None:
    for row in await unit.connection.fetch(tables.SHOWN_BY, file_id):
        data = {
            "conversation_id": str(row["conversation_id"]),
            "message_id": str(row["message_id"]),
            "file_id": str(file_id),
        }
        unit.record(event_type, data, stream_name("conversation", row["conversation_id"]))
