"""Migrations: once, in order, by one at a time, and never edited."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from halfminute.kit import migrations
from halfminute.kit.database import DatabaseUnavailable
from halfminute.kit.migrations import MigrationChanged, list_pending, migrate


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(migrations, "migrations_directory", lambda: tmp_path)
    (tmp_path / "0001_first.sql").write_text("create table first (id int)")
    (tmp_path / "0002_second.sql").write_text("alter table first add name text")
    (tmp_path / "notes.sql").write_text("this is no migration")
    return tmp_path


async def test_the_second_time_there_is_nothing_to_do(
    empty_database_url: str, directory: Path
) -> None:
    assert await list_pending(empty_database_url) == ["0001_first.sql", "0002_second.sql"]
    assert await migrate(empty_database_url) == ["0001_first.sql", "0002_second.sql"]
    assert await migrate(empty_database_url) == []
    (directory / "0003_third.sql").write_text("create table third ()")
    assert await list_pending(empty_database_url) == ["0003_third.sql"]
    assert await migrate(empty_database_url) == ["0003_third.sql"]


async def test_of_many_at_once_each_file_is_applied_by_one(
    empty_database_url: str, directory: Path
) -> None:
    (directory / "0003_slow.sql").write_text("select pg_sleep(0.2); create table slow ()")
    done = await asyncio.gather(*(migrate(empty_database_url) for _ in range(5)))
    assert sorted(name for names in done for name in names) == [
        "0001_first.sql",
        "0002_second.sql",
        "0003_slow.sql",
    ]


async def test_an_edited_migration_is_refused_before_anything_is_done(
    empty_database_url: str, directory: Path
) -> None:
    await migrate(empty_database_url)
    (directory / "0001_first.sql").write_text("create table first (id bigint)")
    (directory / "0003_third.sql").write_text("create table third ()")
    with pytest.raises(MigrationChanged, match="0001_first"):
        await migrate(empty_database_url)
    assert await list_pending(empty_database_url) == ["0003_third.sql"]


async def test_a_file_that_fails_leaves_no_trace_and_keeps_those_before(
    empty_database_url: str, directory: Path
) -> None:
    broken = directory / "0003_broken.sql"
    broken.write_text("create table half (); select nonsense")
    with pytest.raises(asyncpg.PostgresError):
        await migrate(empty_database_url)
    assert await list_pending(empty_database_url) == ["0003_broken.sql"]
    broken.write_text("create table half ()")
    assert await migrate(empty_database_url) == ["0003_broken.sql"]


async def test_a_database_that_is_not_there_is_told_as_such() -> None:
    with pytest.raises(DatabaseUnavailable):
        await migrate("postgresql://127.0.0.1:1/nothing")


async def test_the_real_migrations_make_a_partition_for_any_month(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        make = "select make_monthly_partition($1, timestamptz '2031-12-31 23:30+00')"
        for table in ("events", "messages"):
            assert await connection.fetchval(make, table) == f"{table}_2031_12"
            assert await connection.fetchval(make, table) == f"{table}_2031_12"
    finally:
        await connection.close()
