"""Makes the monthly partitions ahead of their month."""

from __future__ import annotations

from typing import Final

from halfminute.kit.database import Database

MONTHS_AHEAD: Final = 3

# The month before this one too: a message may be older than its arrival by a clock's error.
_MAKE = """
select make_monthly_partition(name, now() + make_interval(months => month))
  from partitioned_tables, generate_series(-1, $1::int) as month
"""

# Building an index on a full default partition takes longer than a verb may.
_WITHOUT_LIMIT = "set local statement_timeout = '60s'"


async def make_partitions(database: Database) -> None:
    """Make what is missing up to `MONTHS_AHEAD`. Safe to repeat, and from several processes."""
    async with database.transaction() as connection:
        await connection.execute("select pg_advisory_xact_lock(hashtext('make_partitions'))")
        await connection.execute(_WITHOUT_LIMIT)
        await connection.execute(_MAKE, MONTHS_AHEAD)
