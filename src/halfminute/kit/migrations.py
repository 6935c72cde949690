"""Brings the schema to the version this code needs, while the version before it serves.

Nothing waits long for a lock, because all who come after it would wait as well: who cannot have it
at once steps back and comes again.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

import asyncpg

from halfminute.kit.database import DatabaseUnavailable, OwnConnection
from halfminute.kit.errors import HalfminuteError
from halfminute.kit.migration_files import MigrationFile, Way, parse_index, read_migration

_LOCK = 0x48414C46  # "HALF": one migrator at a time, whoever starts first
_LOCK_LOOK_SECONDS: Final = 0.2
# Longer than most transactions of ours, shorter than anybody notices.
_LOCK_TIMEOUT: Final = "set local lock_timeout = '500ms'"
_RETRY_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 120.0
_BATCH_PAUSE_SECONDS: Final = 0.02
_PASSING = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)


_TABLE = """
create table if not exists schema_migrations (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default now()
)
"""
_NOTE = "insert into schema_migrations (name, sha256) values ($1, $2)"
_PARTITIONS = """
select c.oid::regclass::text as name, c.relname
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
 where i.inhparent = $1::regclass order by 1
"""
_IS_VALID = "select indisvalid from pg_index where indexrelid = to_regclass($1)"
_IS_PARTITIONED = "select relkind = 'p' from pg_class where oid = $1::regclass"
# The longest that anybody at work here has, for whoever has to find out what holds a migration up.
_OLDEST = """
select application_name || ', since ' || to_char(xact_start, 'HH24:MI:SS')
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
 order by xact_start limit 1
"""


class MigrationChanged(HalfminuteError):
    """A migration that was already applied has been edited since."""

    code = "migration_changed"


class MigrationBlocked(HalfminuteError):
    """Somebody holds what a migration needs, and did not let go of it."""

    code = "migration_blocked"


def migrations_directory() -> Path:
    """Where the SQL files lie: inside the wheel, or at the root of a checkout."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "_migrations"
    return shipped if shipped.is_dir() else package.parents[1] / "migrations"


async def migrate(url: str) -> list[str]:
    """Apply what is missing, in order; returns the names applied.

    Several processes may call it at once. What was cut short goes on where it was. Raises
    DatabaseUnavailable, MigrationChanged, MigrationBlocked, or what PostgreSQL says of a file.
    """
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise DatabaseUnavailable(f"the database cannot be reached: {error}") from error
    try:
        await _take_turn(connection)
        return await _apply_missing(connection)
    finally:
        await connection.close()


async def list_pending(url: str) -> list[str]:
    """The names of the migrations that the database still lacks."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        applied = await _applied(connection)
    finally:
        await connection.close()
    return [path.name for path in _files() if path.name not in applied]


async def _take_turn(connection: OwnConnection) -> None:
    """Looks again and again, because an index that is built waits for everybody's statements.

    Who waited for the lock within a statement would wait for the index, and the index for them.
    """
    while not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):  # noqa: ASYNC110 - others have it
        await asyncio.sleep(_LOCK_LOOK_SECONDS)


async def _apply_missing(connection: OwnConnection) -> list[str]:
    await connection.execute(_TABLE)
    applied = await _applied(connection)
    files = [read_migration(path) for path in _files()]
    for file in files:
        if applied.get(file.name, file.sha256) != file.sha256:
            raise MigrationChanged(f"{file.name} was edited after it had been applied")
    missing = [file for file in files if file.name not in applied]
    for file in missing:
        await _apply(connection, file)
    return [file.name for file in missing]


async def _apply(connection: OwnConnection, file: MigrationFile) -> None:
    if file.way is Way.ONE_TRANSACTION:
        await _in_transaction(connection, file, file.text, is_last=True)
        return
    for statement in file.statements:
        if file.way is Way.IN_BATCHES:
            while await _in_transaction(connection, file, statement) != "0":  # noqa: ASYNC110 - a pause
                await asyncio.sleep(_BATCH_PAUSE_SECONDS)
        elif statement.lower().startswith("drop"):
            await connection.execute(statement)
        else:
            await _build_index(connection, file, statement)
    await connection.execute(_NOTE, file.name, file.sha256)


async def _in_transaction(
    connection: OwnConnection, file: MigrationFile, sql: str, *, is_last: bool = False
) -> str:
    """How many rows it has changed, as text. It comes again while somebody is in its way."""
    started = time.monotonic()
    while True:
        try:
            async with connection.transaction():
                await connection.execute(_LOCK_TIMEOUT)
                status = await connection.execute(sql)
                if is_last:
                    await connection.execute(_NOTE, file.name, file.sha256)
            return status.rpartition(" ")[2]
        except _PASSING as error:
            if time.monotonic() - started > _PATIENCE_SECONDS:
                raise await _blocked(connection, file) from error
        await asyncio.sleep(_RETRY_SECONDS)


async def _blocked(connection: OwnConnection, file: MigrationFile) -> MigrationBlocked:
    oldest = await connection.fetchval(_OLDEST)
    return MigrationBlocked(
        f"{file.name} could not have its locks for {_PATIENCE_SECONDS:.0f} s, so it was not "
        f"applied. The longest at work on the database: {oldest or 'nobody now'}. A backup holds "
        "everything until it is done: run `halfminute migrate` again then."
    )


async def _build_index(connection: OwnConnection, file: MigrationFile, statement: str) -> None:
    """On a partitioned table: of each partition concurrently, and joined below one of their own."""
    index = parse_index(statement)
    if not await connection.fetchval(_IS_PARTITIONED, index.table):
        await _build_alone(connection, index.unique, index.name, index.table, index.rest)
        return
    if await connection.fetchval(_IS_VALID, index.name):
        return
    head = f"create {index.unique}index if not exists {index.name} on only {index.table}"
    await _in_transaction(connection, file, f"{head} {index.rest}")
    for partition in await connection.fetch(_PARTITIONS, index.table):
        name = f"{partition['relname']}_{index.name}"[-63:]
        await _build_alone(connection, index.unique, name, partition["name"], index.rest)
        await _in_transaction(connection, file, f"alter index {index.name} attach partition {name}")


async def _build_alone(
    connection: OwnConnection, unique: str, name: str, table: str, rest: str
) -> None:
    """What was cut short is there, and good for nothing: it is dropped first."""
    is_valid = await connection.fetchval(_IS_VALID, name)
    if is_valid:
        return
    if is_valid is not None:
        await connection.execute(f"drop index concurrently {name}")
    await connection.execute(f"create {unique}index concurrently {name} on {table} {rest}")


async def _applied(connection: OwnConnection) -> dict[str, str]:
    if await connection.fetchval("select to_regclass('schema_migrations')") is None:
        return {}
    rows = await connection.fetch("select name, sha256 from schema_migrations")
    return {row["name"]: row["sha256"] for row in rows}


def _files() -> list[Path]:
    return sorted(migrations_directory().glob("[0-9]*.sql"))
