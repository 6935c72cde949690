"""Migrations: once, in order, by one at a time, and never edited."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from halfminute.kit import migrations
from halfminute.kit.database import DatabaseUnavailable
from halfminute.kit.migration_files import split_statements
from halfminute.kit.migrations import MigrationBlocked, MigrationChanged, list_pending, migrate

WAITING = """
select exists (select from pg_locks where not granted and relation = 'first'::regclass
                  and database = (select oid from pg_database where datname = current_database()))
"""
PARTITIONED = """
create table second (n int, name text) partition by list (n);
create table second_a partition of second for values in (1);
create table second_b partition of second for values in (2);
insert into second values (1, 'a'), (2, 'b');
"""
BATCHES = """-- Runs: in batches
update first set name = 'filled' where id in (
    select id from first where name is null order by id limit 10)
"""


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


async def test_who_cannot_have_a_lock_steps_back_for_the_others(
    empty_database_url: str, directory: Path
) -> None:
    await migrate(empty_database_url)
    (directory / "0003_third.sql").write_text("alter table first add place text")
    reader = await asyncpg.connect(empty_database_url)
    other = await asyncpg.connect(empty_database_url)
    try:
        async with reader.transaction():
            await reader.execute("select from first")
            migrating = asyncio.create_task(migrate(empty_database_url))
            while not await other.fetchval(WAITING):
                assert not migrating.done()
            # Behind the migration in the lock's queue, and it comes to its turn all the same.
            async with asyncio.timeout(60):
                await other.execute("select from first")
            assert not migrating.done()
        assert await migrating == ["0003_third.sql"]
    finally:
        await reader.close()
        await other.close()


async def test_who_never_gets_a_lock_says_who_has_it(
    empty_database_url: str, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(empty_database_url)
    monkeypatch.setattr(migrations, "_PATIENCE_SECONDS", 0)
    (directory / "0003_third.sql").write_text("alter table first add place text")
    named = {"application_name": "a long report"}
    reader = await asyncpg.connect(empty_database_url, server_settings=named)
    try:
        async with reader.transaction():
            await reader.execute("select from first")
            with pytest.raises(MigrationBlocked, match=r"0003_third\.sql .*a long report, since"):
                await migrate(empty_database_url)
        assert await list_pending(empty_database_url) == ["0003_third.sql"]
        assert await migrate(empty_database_url) == ["0003_third.sql"]
    finally:
        await reader.close()


async def test_an_index_is_made_of_every_partition_beside_who_writes(
    empty_database_url: str, directory: Path
) -> None:
    (directory / "0002_second.sql").write_text(PARTITIONED)
    (directory / "0003_index.sql").write_text(
        "-- Runs: concurrently\n-- For a list.\n"
        "create index concurrently by_name on second (name) where n > 0;\n"
    )
    # Two at once: the one that waits must not hold up the index of the other.
    done = await asyncio.gather(*(migrate(empty_database_url) for _ in range(2)))
    assert sorted(map(len, done)) == [0, 3]

    connection = await asyncpg.connect(empty_database_url)
    try:
        await connection.execute("create table second_c partition of second for values in (3)")
        valid = await connection.fetch(
            "select indisvalid from pg_index where indrelid::regclass::text like 'second%'"
        )
    finally:
        await connection.close()
    assert [row["indisvalid"] for row in valid] == [True] * 4


async def test_an_index_that_was_cut_short_is_made_anew(
    empty_database_url: str, directory: Path
) -> None:
    await migrate(empty_database_url)
    (directory / "0003_index.sql").write_text(
        "-- Runs: concurrently\ncreate unique index concurrently one_name on first (name);\n"
    )
    connection = await asyncpg.connect(empty_database_url)
    try:
        await connection.execute("insert into first (id, name) values (1, 'a'), (2, 'a')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await migrate(empty_database_url)
        await connection.execute("delete from first where id = 2")

        assert await migrate(empty_database_url) == ["0003_index.sql"]
        valid = "select indisvalid from pg_index where indexrelid = 'one_name'::regclass"
        assert await connection.fetchval(valid)
    finally:
        await connection.close()


async def test_rows_are_filled_in_batches_each_committed_by_itself(
    empty_database_url: str, directory: Path
) -> None:
    await migrate(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    try:
        await connection.execute("insert into first (id) select generate_series(1, 25)")
        (directory / "0003_fill.sql").write_text(BATCHES)

        assert await migrate(empty_database_url) == ["0003_fill.sql"]

        assert await connection.fetchval("select count(*) from first where name = 'filled'") == 25
        assert await connection.fetchval("select count(distinct xmin::text) from first") == 3
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "text",
    [
        "-- Runs: at night\nselect 1",
        "-- Runs: in batches\nselect 1; select 2",
        "-- Runs: concurrently\nupdate first set name = ''",
    ],
)
async def test_a_file_that_breaks_the_rules_is_refused_before_anything_is_done(
    empty_database_url: str, directory: Path, text: str
) -> None:
    (directory / "0003_wrong.sql").write_text(text)
    with pytest.raises(ValueError, match=r"0003_wrong\.sql: "):
        await migrate(empty_database_url)
    assert len(await list_pending(empty_database_url)) == 3


def test_statements_are_cut_where_they_end() -> None:
    text = """
    -- first; of all
    select ';' as "a;b" /* ; */ ; do $x$ begin; end; $x$;
    create function f() returns void as $$ select 1; $$ language sql
    """
    assert split_statements(text) == [
        """select ';' as "a;b\"""",
        "do $x$ begin; end; $x$",
        "create function f() returns void as $$ select 1; $$ language sql",
    ]


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
