"""Removes uploads that no message shows: one that its owner takes back, and old ones."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.files.errors import FileInUse, FileNotFound
from halfminute.files.keeping import loosen_bytes
from halfminute.files.queries import get_file
from halfminute.files.tables import uploads as tables
from halfminute.kit.database import Database

UNUSED_HOURS: Final = 24
_AT_ONCE: Final = 500


async def remove_upload(database: Database, user_id: UUID, file_id: UUID) -> None:
    """Its bytes are deleted soon after. Raises FileNotFound, FileInUse."""
    async with database.transaction() as connection:
        row = await connection.fetchrow(tables.REMOVE_UPLOAD, file_id, user_id)
        if row is not None:
            await loosen_bytes(connection, list(row.values()))
            return
        file = await get_file(connection, file_id)
        if file.uploaded_by != user_id:
            raise FileNotFound
        raise FileInUse


async def remove_unused_uploads(database: Database) -> int:
    """Those older than `UNUSED_HOURS`; returns how many. Raises DatabaseUnavailable."""
    removed = 0
    while True:
        async with database.transaction() as connection:
            rows = await connection.fetch(tables.REMOVE_UNUSED, UNUSED_HOURS, _AT_ONCE)
            keys = [key for row in rows for key in row.values()]
            await loosen_bytes(connection, keys)
        removed += len(rows)
        if len(rows) < _AT_ONCE:
            return removed
