"""Forgets browsers that did not come back, and sites' tokens that have expired.

What a browser wrote is its contact's, and stays.
"""

from __future__ import annotations

from typing import Final

from halfminute.kit.database import Database
from halfminute.kit.retention import delete_in_batches
from halfminute.webchat import tables
from halfminute.webchat.visitors import ABSENCE_DAYS

_AT_ONCE: Final = 5000
# A day later no clock of ours is so far behind that a token would count again.
_TOKEN_SECONDS: Final = 86_400


async def forget_old_visitors(database: Database) -> int:
    """Delete those whose token is good no more; returns how many."""
    return await delete_in_batches(database, tables.FORGET_VISITORS, ABSENCE_DAYS, at_once=_AT_ONCE)


async def forget_used_tokens(database: Database) -> int:
    """Delete what sites' tokens were called that nobody takes any more; returns how many."""
    async with database.connection() as connection:
        await connection.execute(tables.FORGET_KEYS)
    return await delete_in_batches(database, tables.FORGET_USED, _TOKEN_SECONDS, at_once=_AT_ONCE)
