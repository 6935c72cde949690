"""The shared fixtures keep what they promise."""

from __future__ import annotations

import asyncpg


async def test_each_test_has_a_migrated_database_of_its_own(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("select count(*) from schema_migrations") > 0
        assert await connection.fetchval("select to_regclass('mark')") is None
        await connection.execute("create table mark ()")
    finally:
        await connection.close()


async def test_no_test_sees_what_another_left(database_url: str) -> None:
    await test_each_test_has_a_migrated_database_of_its_own(database_url)


async def test_an_empty_database_has_no_table(empty_database_url: str) -> None:
    connection = await asyncpg.connect(empty_database_url)
    try:
        count = "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
        assert await connection.fetchval(count) == 0
    finally:
        await connection.close()
