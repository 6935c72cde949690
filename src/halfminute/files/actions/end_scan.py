"""Writes down what a scanner said of a file, and tells those who are shown it."""

from __future__ import annotations

from uuid import UUID

from halfminute.files.actions.end_fetch import PREVIEWS_TOPIC
from halfminute.files.actions.expect_files import FILES_TOPIC
from halfminute.files.actions.tell_readers import tell_readers
from halfminute.files.keeping import loosen_bytes
from halfminute.files.tables import scanning as tables
from halfminute.kit.event_log import EventLog


async def mark_clean(log: EventLog, file_id: UUID, key: str) -> None:
    """Nothing was found in the bytes under this key."""
    async with log.write() as unit:
        if await unit.connection.fetchval(tables.MARK_CLEAN, file_id, key) is not None:
            await tell_readers(unit, "FileReady", file_id)
            unit.wake(PREVIEWS_TOPIC)


async def mark_infected(log: EventLog, file_id: UUID, key: str, threat: str) -> None:
    """Something was found: the bytes go, and nobody was ever given them."""
    async with log.write() as unit:
        changed = await unit.connection.fetchval(tables.MARK_INFECTED, file_id, key, threat)
        if changed is not None:
            await loosen_bytes(unit.connection, [key])
            await tell_readers(unit, "FileInfected", file_id)


async def mark_lost(log: EventLog, file_id: UUID, key: str) -> None:
    """The bytes are not there: a provider's file is fetched once more, an upload has failed."""
    async with log.write() as unit:
        if await unit.connection.fetchval(tables.MARK_LOST, file_id, key) == "pending":
            unit.wake(FILES_TOPIC)
