"""Makes the monthly partitions ahead of their month."""

from __future__ import annotations

from typing import Final

from halfminute.kit.database import Connection, Database

MONTHS_AHEAD: Final = 3

# The month before this one too: a message may be older than its arrival by a clock's error.
_MAKE = """
select make_monthly_partition(name, now() + make_interval(months => month))
  from partitioned_tables, generate_series(-1, $1::int) as month
"""

# By the name that make_monthly_partition gives.
_MISSING = """
select distinct name || '_' || month_name
  from partitioned_tables, generate_series(0, $1::int) as month,
       to_char(date_trunc('month', now() at time zone 'UTC') + make_interval(months => month),
               'YYYY_MM') as month_name
 where to_regclass(name || '_' || month_name) is null
 order by 1
"""

# Building an index on a full default partition takes longer than a verb may.
_WITHOUT_LIMIT = "set local statement_timeout = '60s'"
# Making one locks its parent against everybody. Waiting for that behind a long reader, such as a
# backup, would keep all who write waiting as well; so who makes them steps back instead.
_MAY_MAKE = "select pg_try_advisory_xact_lock(hashtext('make_partitions'))"
_KEEP = "select pg_advisory_xact_lock_shared(hashtext('make_partitions'))"


async def make_partitions(database: Database) -> None:
    """Make what is missing up to `MONTHS_AHEAD`. Safe to repeat, and from several processes.

    Nothing is made while another process makes them or `keep_partitions` holds: the next turn will.
    """
    async with database.transaction() as connection:
        if not await connection.fetchval(_MAY_MAKE):
            return
        await connection.execute(_WITHOUT_LIMIT)
        await connection.execute(_MAKE, MONTHS_AHEAD)


async def list_missing_partitions(connection: Connection, months_ahead: int) -> list[str]:
    """Those of this month and of so many after it that nobody has made yet."""
    return [row[0] for row in await connection.fetch(_MISSING, months_ahead)]


async def keep_partitions(connection: Connection) -> None:
    """Until this transaction ends no partition is made: for who reads all tables for long."""
    await connection.execute(_KEEP)
