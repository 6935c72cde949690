"""Forgets what was taken in so long ago that no provider repeats it."""

from __future__ import annotations

from typing import Final

from halfminute.channels import tables
from halfminute.kit.database import Database
from halfminute.kit.retention import delete_in_batches

# Telegram repeats for a day; its update numbers start anew at random after a week of silence
# (Bot API, "Update"), so a key must not be kept for ever either.
KEPT_DAYS: Final = 8
_AT_ONCE: Final = 5000


async def forget_old_inbound_keys(database: Database) -> int:
    """Delete the keys older than `KEPT_DAYS`, in short transactions; returns how many."""
    return await delete_in_batches(
        database, tables.FORGET_INBOUND_KEYS, KEPT_DAYS, at_once=_AT_ONCE
    )
