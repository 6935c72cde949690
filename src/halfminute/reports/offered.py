"""How many came to the queues in a stretch of time, by what was counted."""

from __future__ import annotations

from datetime import datetime

from halfminute.kit.database import Connection
from halfminute.reports.tables import facts as tables


async def count_offered(connection: Connection, since: datetime, until: datetime) -> int:
    """Of the quarters of an hour that begin within it."""
    count: int = await connection.fetchval(tables.COUNT_OFFERED, since, until)
    return count
