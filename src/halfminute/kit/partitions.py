"""Makes the monthly partitions ahead of their month, and drops them behind."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import asyncpg

from halfminute.kit.database import Connection, Database, DatabaseBusy
from halfminute.kit.retention import (
    Amount,
    count_rows,
    delete_in_batches,
    forget_rows,
    measure,
)

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

# The first moment that is kept, by $1 days: the beginning of a month. What is younger than the
# month before this one stays in any case, for that one is made anew each time.
_FLOOR = """
select least(date_trunc('month', now() at time zone 'UTC' - make_interval(days => $1::int)),
             date_trunc('month', now() at time zone 'UTC') - interval '1 month') at time zone 'UTC'
"""

# $1 parent, $2 the first moment that is kept. By the name that make_monthly_partition gives.
_BEHIND = """
select c.relname as name, pg_total_relation_size(c.oid) as bytes, c.reltuples::bigint as rows
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
 where i.inhparent = $1::text::regclass and c.relname ~ ('^' || $1::text || '_[0-9]{4}_[0-9]{2}$')
   and to_date(right(c.relname, 7), 'YYYY_MM') < ($2::timestamptz at time zone 'UTC')::date
 order by c.relname
"""

# $1 parent: how its default partition is asked for what is older than $1 of that statement.
_IN_DEFAULT = """
select format(case key_kind when 'time' then '%I < $1' else '%I < uuid7_floor($1)' end, a.attname)
  from partitioned_tables t
  join pg_partitioned_table p on p.partrelid = t.name::regclass
  join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
 where t.name = $1
"""

_QUOTED = "select format('%I', $1::text)"

# Dropping locks the parent, and what it refers to, against everybody; whoever comes meanwhile waits
# behind us. So we wait for a moment only, and come back.
_BRIEFLY = "set local lock_timeout = '200ms'"
_DROP_TRIES: Final = 30
_DROP_PAUSE_SECONDS: Final = 1.0
_DELETED_AT_ONCE: Final = 5000


class Month(NamedTuple):
    """A partition that is to be dropped."""

    name: str
    amount: Amount


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


async def get_floor(connection: Connection, days: int) -> datetime:
    """The first moment that is kept for so many days, to the month."""
    floor: datetime = await connection.fetchval(_FLOOR, days)
    return floor


async def list_months_behind(connection: Connection, parent: str, floor: datetime) -> list[Month]:
    """The partitions of a table that lie before `floor`, with about how much is in them."""
    return [
        Month(row["name"], Amount(await _count(connection, row), row["bytes"]))
        for row in await connection.fetch(_BEHIND, parent, floor)
    ]


async def measure_behind(connection: Connection, parents: Sequence[str], floor: datetime) -> Amount:
    """About how much of these tables lies before `floor`."""
    total = Amount()
    for parent in parents:
        for month in await list_months_behind(connection, parent, floor):
            total += month.amount
        default = f"{parent}_default"
        condition = await connection.fetchval(_IN_DEFAULT, parent)
        total += await measure(connection, count_rows(default, condition), floor)
    return total


async def drop_behind(database: Database, parent: str, floor: datetime) -> Amount:
    """Drop the months of a table that lie before `floor`, and what of theirs is in its default.

    What is in use stays for another time, and so does all while `keep_partitions` holds. Returns
    about how much went. Raises DatabaseUnavailable.
    """
    async with database.connection() as connection:
        months = await list_months_behind(connection, parent, floor)
        condition = await connection.fetchval(_IN_DEFAULT, parent)
    dropped = Amount()
    for month in months:
        if not await _drop(database, month.name):
            break
        dropped += month.amount
    deleted = await delete_in_batches(
        database,
        forget_rows(f"{parent}_default", condition),
        floor,
        at_once=_DELETED_AT_ONCE,
    )
    return dropped + Amount(deleted)


async def _drop(database: Database, name: str) -> bool:
    for turn in range(_DROP_TRIES):
        if turn:
            await asyncio.sleep(_DROP_PAUSE_SECONDS)
        try:
            async with database.transaction() as connection:
                if not await connection.fetchval(_MAY_MAKE):
                    return False
                await connection.execute(_BRIEFLY)
                quoted = await connection.fetchval(_QUOTED, name)
                await connection.execute(f"drop table if exists {quoted}")
        except DatabaseBusy:
            continue
        return True
    return False


async def _count(connection: Connection, row: asyncpg.Record) -> int:
    """As the server last counted; what it never has is small, and is counted."""
    if row["rows"] >= 0:
        return int(row["rows"])
    quoted = await connection.fetchval(_QUOTED, row["name"])
    return int(await connection.fetchval(f"select count(*) from {quoted}"))  # noqa: S608  quoted
