"""Forgets the part of the journal that neither a recovery nor a question needs any more."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from halfminute.kit.database import Connection, Database
from halfminute.kit.retention import Amount, delete_in_batches, measure
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


async def measure_old_journal(connection: Connection, days: int) -> Amount:
    """How many lines are that old, also those that a recovery still needs."""
    return await measure(connection, tables.COUNT_LINES, days)


async def find_oldest_unread_at(connection: Connection) -> datetime | None:
    """When that was told which some router has yet to take in; None when they have all."""
    oldest: datetime | None = await connection.fetchval(tables.OLDEST_UNREAD_AT)
    return oldest
