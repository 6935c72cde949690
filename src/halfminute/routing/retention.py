"""Forgets the part of the journal that neither a recovery nor a question needs any more."""

from __future__ import annotations

from typing import Final

from halfminute.kit.database import Database
from halfminute.kit.retention import delete_in_batches
from halfminute.routing.tables import retention as tables

# How long after the fact it can still be seen what the router was told, and when: a customer's
# complaint about a wait comes within days.
KEPT_DAYS: Final = 7
_LINES_AT_ONCE: Final = 5000
# One of a hundred thousand waiting is tens of megabytes.
_SNAPSHOTS_AT_ONCE: Final = 1


async def forget_old_journal(database: Database, *, kept_days: int = KEPT_DAYS) -> int:
    """Delete snapshots but the newest two, and lines before those two that are older than so.

    The second snapshot is for a router that read its number just before the newest was taken.
    Where a router has yet to take in the rows, nothing is deleted. Returns how many rows were.
    """
    async with database.connection() as connection:
        domains = [row["domain"] for row in await connection.fetch(tables.LIST_DOMAINS)]
    deleted = 0
    for domain in domains:
        # Lines first: the snapshots tell up to where they may go.
        deleted += await delete_in_batches(
            database, tables.FORGET_LINES, domain, kept_days, at_once=_LINES_AT_ONCE
        )
        deleted += await delete_in_batches(
            database, tables.FORGET_SNAPSHOTS, domain, at_once=_SNAPSHOTS_AT_ONCE
        )
    return deleted
