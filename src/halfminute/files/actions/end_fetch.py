"""Writes down how the fetching of a file went, and tells those who are shown it."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from halfminute.files.actions.tell_readers import tell_readers
from halfminute.files.keeping import claim_bytes, loosen_bytes
from halfminute.files.tables import fetching as tables
from halfminute.files.types import StoredFile
from halfminute.kit.event_log import EventLog

SCANS_TOPIC: Final = "file_scans"
PREVIEWS_TOPIC: Final = "file_previews"


async def mark_kept(log: EventLog, file_id: UUID, stored: StoredFile) -> bool:
    """Its bytes are ours, and are to be scanned now.

    False if another fetched it first, or it is wanted no more: these bytes are due to go then.
    """
    async with log.write() as unit:
        changed = await unit.connection.fetchval(tables.MARK_KEPT, file_id, *_columns(stored))
        if changed is not None:
            await claim_bytes(unit.connection, stored.storage_key)
            unit.wake(SCANS_TOPIC)
        else:
            await loosen_bytes(unit.connection, [stored.storage_key])
    return changed is not None


async def mark_ready(log: EventLog, file_id: UUID, stored: StoredFile) -> bool:
    """It is ours now.

    False if another fetched it first, or it is wanted no more: these bytes are due to go then.
    """
    async with log.write() as unit:
        changed = await unit.connection.fetchval(tables.MARK_READY, file_id, *_columns(stored))
        if changed is not None:
            await claim_bytes(unit.connection, stored.storage_key)
            await tell_readers(unit, "FileReady", file_id)
            unit.wake(PREVIEWS_TOPIC)
        else:
            await loosen_bytes(unit.connection, [stored.storage_key])
    return changed is not None


async def give_up(
    log: EventLog, file_id: UUID, state: Literal["too_large", "expired", "failed"], reason: str
) -> None:
    """It will not be ours, unless somebody asks for it once more."""
    async with log.write() as unit:
        if await unit.connection.fetchval(tables.GIVE_UP, file_id, state, reason) is not None:
            await tell_readers(unit, "FileFailed", file_id)


async def postpone(log: EventLog, file_id: UUID, seconds: float, reason: str) -> None:
    """It is to be tried again later."""
    async with log.database.transaction() as connection:
        await connection.execute(tables.POSTPONE, file_id, seconds, reason)


def _columns(stored: StoredFile) -> tuple[str, bytes, int, str]:
    return stored.storage_key, stored.sha256, stored.size, stored.media_type
