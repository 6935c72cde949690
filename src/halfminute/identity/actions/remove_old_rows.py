"""Housekeeping: what identity keeps no longer than it needs to."""

from __future__ import annotations

from typing import Final

from halfminute.identity import tables
from halfminute.identity.throttle import WINDOW_SECONDS
from halfminute.kit.database import Database

_ENDED_SESSIONS_KEPT_SECONDS: Final = 30 * 24 * 3600.0


async def remove_old_rows(database: Database) -> None:
    """Failed logins past their window, long-ended sessions, revoked tokens that have expired."""
    async with database.connection() as connection:
        await connection.execute(tables.DELETE_OLD_FAILURES, WINDOW_SECONDS)
        await connection.execute(tables.DELETE_OLD_SESSIONS, _ENDED_SESSIONS_KEPT_SECONDS)
        await connection.execute(tables.DELETE_EXPIRED_TOKENS)
