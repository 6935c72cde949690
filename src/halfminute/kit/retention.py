"""Deletes what is kept no longer, however much it is, in short transactions."""

from __future__ import annotations

from halfminute.kit.database import Database


async def delete_in_batches(
    database: Database, statement: str, *arguments: object, at_once: int
) -> int:
    """Run a DELETE whose last parameter limits its rows until it finds no more; returns how many.

    Each batch is committed by itself, so being cut short loses nothing. Raises DatabaseUnavailable.
    """
    deleted = 0
    while True:
        async with database.transaction() as connection:
            status = await connection.execute(statement, *arguments, at_once)
        count = int(status.rpartition(" ")[2])
        deleted += count
        if count < at_once:
            return deleted
