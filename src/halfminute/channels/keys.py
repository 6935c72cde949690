"""Forgets what was taken in so long ago that no provider repeats it."""

from __future__ import annotations

from typing import Final

from halfminute.channels import tables
from halfminute.kit.database import Connection, Database
from halfminute.kit.retention import Amount, delete_in_batches, measure

# Telegram repeats for a day; its update numbers start anew at random after a week of silence
# (Bot API, "Update"), so a key must not be kept for ever either.
KEPT_DAYS: Final = 8
OWED_DAYS: Final = 1
_AT_ONCE: Final = 5000


async def forget_old_inbound_keys(database: Database, *, kept_days: int = KEPT_DAYS) -> int:
    """Delete the keys that are older, in short transactions; returns how many."""
    return await delete_in_batches(
        database, tables.FORGET_INBOUND_KEYS, kept_days, at_once=_AT_ONCE
    )


async def measure_old_inbound_keys(connection: Connection, kept_days: int) -> Amount:
    """How much that would be."""
    return await measure(connection, tables.COUNT_INBOUND_KEYS, kept_days)


async def forget_old_acknowledgements(database: Database) -> int:
    """Delete what was owed to a provider for so long that nobody waits for it; returns how many."""
    return await delete_in_batches(database, tables.FORGET_OWED, OWED_DAYS, at_once=_AT_ONCE)
