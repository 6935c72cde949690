"""What every feature may rely on when it asks for a connection."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from halfminute.kit.database import Database, DatabaseBusy, DatabaseUnavailable


async def test_the_limit_on_transactions_outlives_the_first_use_of_a_connection(
    database: Database,
) -> None:
    for _ in range(3):
        async with database.connection() as connection:
            assert await connection.fetchval("show transaction_timeout") == "5s"
            assert await connection.fetchval("show statement_timeout") == "5s"


async def test_what_a_cut_transaction_began_is_not_there_for_the_next_user(
    database: Database,
) -> None:
    async def be_cut() -> None:
        async with database.transaction() as connection:
            await connection.execute("create table half_made (id integer)")
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await be_cut()
    async with database.connection() as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("select to_regclass('half_made')") is None


async def test_two_who_lock_in_opposite_order_are_told_that_another_try_will_do(
    database: Database,
) -> None:
    both_hold_one = asyncio.Barrier(2)

    async def lock(first: int, second: int) -> None:
        async with database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1)", first)
            await both_hold_one.wait()
            await connection.execute("select pg_advisory_xact_lock($1)", second)

    ends = await asyncio.gather(lock(1, 2), lock(2, 1), return_exceptions=True)
    assert sum(isinstance(end, DatabaseBusy) for end in ends) == 1
    assert ends.count(None) == 1


async def test_a_database_that_is_not_there_is_told_as_such() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable):
        await database.open()


async def test_a_connection_that_fell_out_of_step_is_told_as_unavailable(
    database: Database,
) -> None:
    with pytest.raises(DatabaseUnavailable):
        async with database.connection():
            raise asyncpg.InternalClientError("cannot switch to state 12")
