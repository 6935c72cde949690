"""Removes files for good: marked, then their bytes, then their rows.

The mark is committed before any bytes go, and the row leads to them until they are gone: who dies
in between leaves nothing behind that nobody knows of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from halfminute.files.store import FileStore
from halfminute.files.tables import removal as tables
from halfminute.kit.database import Connection, Database
from halfminute.kit.event_log import Unit
from halfminute.kit.retention import Amount, measure

_AT_ONCE: Final = 100
_PARTED_AT_ONCE: Final = 1000


async def mark_files_of_messages(unit: Unit, message_ids: Sequence[UUID]) -> None:
    """Messages are erased: their files are to be removed, unless another message shows them too."""
    await unit.connection.execute(tables.PART_FROM_MESSAGES, message_ids)


async def part_from_old_messages(database: Database, first_id: UUID) -> int:
    """Messages before that id are to be forgotten: mark their files. Returns how many parted."""
    parted = 0
    while True:
        async with database.transaction() as connection:
            count: int = await connection.fetchval(
                tables.PART_FROM_OLD_MESSAGES, first_id, _PARTED_AT_ONCE
            )
        parted += count
        if count < _PARTED_AT_ONCE:
            return parted


async def mark_old_files(database: Database, days: int) -> int:
    """Mark the files that have been kept for so many days; returns how many."""
    marked = 0
    while True:
        async with database.transaction() as connection:
            status = await connection.execute(tables.MARK_OLD, days, _PARTED_AT_ONCE)
        count = int(status.rpartition(" ")[2])
        marked += count
        if count < _PARTED_AT_ONCE:
            return marked


async def measure_old_files(connection: Connection, days: int) -> Amount:
    """How many files that would be, and their bytes."""
    return await measure(connection, tables.COUNT_OLD, days)


async def remove_marked_files(database: Database, store: FileStore) -> int:
    """Remove all that are marked, by whomever; returns how many. Safe to repeat.

    A file that a message shows still stays as an expired one, without anything that is known of it.
    Raises DatabaseUnavailable, StoreUnreachable, OSError.
    """
    removed = 0
    while True:
        async with database.connection() as connection:
            rows = await connection.fetch(tables.LIST_MARKED, _AT_ONCE)
        for row in rows:
            for key in (row["storage_key"], row["thumbnail_key"]):
                if key is not None:
                    await store.delete(key)
        if rows:
            async with database.transaction() as connection:
                await connection.execute(tables.FINISH_REMOVAL, [row["id"] for row in rows])
        removed += len(rows)
        if len(rows) < _AT_ONCE:
            return removed
