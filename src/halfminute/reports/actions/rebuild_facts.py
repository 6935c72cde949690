"""Forgets what was counted, and counts the log from its beginning."""

from __future__ import annotations

from typing import Final

from halfminute.kit.database import Database
from halfminute.reports.tables import facts as tables

# The cursor first: whoever counts holds its lock, and finds it moved afterwards.
STATEMENTS: Final = (
    tables.BEGIN_ANEW,
    tables.FORGET_MATTERS,
    tables.FORGET_PRESENCES,
    tables.FORGET_INTERVALS,
    tables.FORGET_MINUTES,
)


async def rebuild_facts(database: Database) -> None:
    """Begin anew; the reader in the role `maintenance` then goes through the log.

    What lies before the log's beginning is kept as it was counted. Raises DatabaseUnavailable.
    """
    async with database.transaction() as connection:
        for statement in STATEMENTS:
            await connection.execute(statement)
