"""What the database server says of itself: its clock, and who keeps the log from moving on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from halfminute.kit.database import Connection
from halfminute.kit.time import utc_now

_NOW: Final = "select clock_timestamp()"

# What has no transaction id yet holds nothing up. Of another role's session PostgreSQL tells the
# age only to its superuser and to members of pg_read_all_stats.
_OLDEST: Final = """
select pid, extract(epoch from clock_timestamp() - xact_start)::float8 as seconds
  from pg_stat_activity
 where backend_xid is not null and xact_start is not null and pid <> pg_backend_pid()
 order by xact_start
 limit 1
"""


async def measure_clock_skew(connection: Connection) -> timedelta:
    """How far this machine's clock is ahead of the server's; true to half a round trip."""
    before = utc_now()
    theirs: datetime = await connection.fetchval(_NOW)
    after = utc_now()
    return before + (after - before) / 2 - theirs


async def find_oldest_transaction(connection: Connection) -> tuple[int, float] | None:
    """The process id and the age in seconds of the one that has written and is still open."""
    row = await connection.fetchrow(_OLDEST)
    return None if row is None else (row["pid"], row["seconds"])
