"""Housekeeping: what identity keeps no longer than it needs to."""

from __future__ import annotations

from typing import Final

from halfminute.identity import tables
from halfminute.identity.throttle import WINDOW_SECONDS
from halfminute.kit.database import Connection, Database
from halfminute.kit.retention import Amount, delete_in_batches, measure

ENDED_SESSIONS_DAYS: Final = 30
_AT_ONCE: Final = 5000


async def remove_old_rows(database: Database) -> None:
    """Failed logins past their window, tokens and tickets that have expired."""
    async with database.connection() as connection:
        await connection.execute(tables.DELETE_OLD_FAILURES, WINDOW_SECONDS)
        await connection.execute(tables.DELETE_EXPIRED_TOKENS)
        await connection.execute(tables.DELETE_USED_TICKETS)


async def forget_old_sessions(database: Database, days: int = ENDED_SESSIONS_DAYS) -> int:
    """Forget the sessions that ended so long ago; returns how many."""
    return await delete_in_batches(database, tables.FORGET_SESSIONS, days, at_once=_AT_ONCE)


async def measure_old_sessions(connection: Connection, days: int) -> Amount:
    """How much that would be."""
    return await measure(connection, tables.COUNT_SESSIONS, days)


async def forget_old_audit(database: Database, days: int) -> int:
    """Forget what was done so long ago; the database refuses less than a year. Returns how many."""
    return await delete_in_batches(database, tables.FORGET_AUDIT, days, at_once=_AT_ONCE)


async def measure_old_audit(connection: Connection, days: int) -> Amount:
    """How much that would be."""
    return await measure(connection, tables.COUNT_AUDIT, days)
