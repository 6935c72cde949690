"""The right to route a domain: one row, an epoch that each take-over raises, a few seconds' life.

Who writes as the router holds the row's shared lock with the epoch of its lease until the commit.
So a router that was overtaken, however late it wakes, writes nothing; and a successor waits for a
commit that is under way.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import asyncpg

from halfminute.kit.database import Connection, Database
from halfminute.routing.errors import LeaseLost
from halfminute.routing.tables import leases as tables


class Lease(NamedTuple):
    """Won at `acquired_at` by the database's clock."""

    domain: str
    epoch: int
    acquired_at: datetime


class Standing(NamedTuple):
    """Who may route; `seconds_left` is negative once the right has run out."""

    epoch: int
    holder: str
    seconds_left: float


async def find_lease_standing(connection: Connection, domain: str) -> Standing | None:
    """The present state of a domain's lease; None where nobody has ever routed it."""
    row = await connection.fetchrow(tables.STANDING, domain)
    return None if row is None else Standing(row["epoch"], row["holder"], row["seconds_left"])


async def try_acquire_lease(
    database: Database, domain: str, holder: str, *, seconds: float
) -> Lease | None:
    """Take the domain if nobody has it. Raises DatabaseUnavailable."""
    async with database.connection() as connection:
        # Asking before trying spares the holder the lock that the attempt takes.
        if await connection.fetchval(tables.IS_HELD, domain, seconds) is not None:
            return None
        try:
            won = await connection.fetchrow(tables.ACQUIRE, domain, seconds, holder)
        except asyncpg.LockNotAvailableError:
            return None
    return None if won is None else Lease(domain, won["epoch"], won["now"])


async def renew_lease(database: Database, lease: Lease, *, seconds: float) -> None:
    """Raises LeaseLost when somebody has taken over, DatabaseUnavailable."""
    async with database.connection() as connection:
        renewed = await connection.fetchval(tables.RENEW, lease.domain, lease.epoch, seconds)
    if renewed is None:
        raise LeaseLost


async def release_lease(database: Database, lease: Lease) -> None:
    """Let the next one take over at once."""
    async with database.connection() as connection:
        await connection.execute(tables.RELEASE, lease.domain, lease.epoch)


async def hold_lease(connection: Connection, lease: Lease) -> None:
    """Make sure, until the commit, that the lease is ours. Raises LeaseLost."""
    if await connection.fetchval(tables.HOLD, lease.domain, lease.epoch) is None:
        raise LeaseLost
