"""Forgets what was taken in so long ago that no provider repeats it."""

from __future__ import annotations

from typing import Final

from halfminute.channels import tables
from halfminute.kit.database import Database

# Telegram repeats for a day; its update numbers start anew at random after a week of silence
# (Bot API, "Update"), so a key must not be kept for ever either.
KEPT_DAYS: Final = 8
_AT_ONCE: Final = 5000


async def forget_old_inbound_keys(database: Database) -> int:
    """Delete the keys older than `KEPT_DAYS`, in short transactions; returns how many."""
    forgotten = 0
    while True:
        async with database.transaction() as connection:
            status = await connection.execute(tables.FORGET_INBOUND_KEYS, KEPT_DAYS, _AT_ONCE)
        deleted = int(status.rpartition(" ")[2])
        forgotten += deleted
        if deleted < _AT_ONCE:
            return forgotten
