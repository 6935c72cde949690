"""Forgets what the counting needs no more, and keeps of the log what it still has to read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from halfminute.kit.database import Connection, Database
from halfminute.kit.retention import delete_in_batches
from halfminute.kit.time import to_us, utc_now
from halfminute.reports.tables import facts as tables

# A matter that comes back after that counts as a new one.
MATTERS_KEPT: Final = timedelta(days=30)
MINUTES_KEPT: Final = timedelta(days=2)
_AT_ONCE: Final = 5000


async def forget_old_facts(database: Database) -> int:
    """Delete what is over for long; intervals stay for ever. Returns how many rows were."""
    now = utc_now()
    matters = await delete_in_batches(
        database, tables.FORGET_OLD_MATTERS, to_us(now - MATTERS_KEPT), at_once=_AT_ONCE
    )
    minutes = await delete_in_batches(
        database, tables.FORGET_OLD_MINUTES, now - MINUTES_KEPT, at_once=_AT_ONCE
    )
    return matters + minutes


async def find_oldest_uncounted_at(connection: Connection) -> datetime | None:
    """When that was told which is not counted yet; None when all is."""
    oldest: datetime | None = await connection.fetchval(tables.OLDEST_UNREAD_AT)
    return oldest
