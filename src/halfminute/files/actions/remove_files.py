"""Removes files for good: marked, then their bytes, then their rows.

The mark is committed before any bytes go, and the row leads to them until they are gone: who dies
in between leaves nothing behind that nobody knows of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from halfminute.files import tables
from halfminute.files.store import FileStore
from halfminute.kit.database import Database
from halfminute.kit.event_log import Unit

_AT_ONCE: Final = 100


async def mark_files_of_messages(unit: Unit, message_ids: Sequence[UUID]) -> None:
    """Messages are erased: their files are to be removed, unless another message shows them too."""
    await unit.connection.execute(tables.PART_FROM_MESSAGES, message_ids)


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
            if row["storage_key"] is not None:
                await store.delete(row["storage_key"])
        if rows:
            async with database.transaction() as connection:
                await connection.execute(tables.FINISH_REMOVAL, [row["id"] for row in rows])
        removed += len(rows)
        if len(rows) < _AT_ONCE:
            return removed
