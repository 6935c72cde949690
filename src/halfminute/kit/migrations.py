"""Brings the database's schema to the version this code needs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import asyncpg

from halfminute.kit.database import DatabaseUnavailable
from halfminute.kit.errors import HalfminuteError

_LOCK = 0x48414C46  # "HALF": one migrator at a time, whoever starts first

_TABLE = """
create table if not exists schema_migrations (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default now()
)
"""


class MigrationChanged(HalfminuteError):
    """A migration that was already applied has been edited since."""

    code = "migration_changed"


def migrations_directory() -> Path:
    """Where the SQL files lie: inside the wheel, or at the root of a checkout."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "_migrations"
    return shipped if shipped.is_dir() else package.parents[1] / "migrations"


async def migrate(url: str) -> list[str]:
    """Apply what is missing, each file in a transaction of its own; returns the names applied.

    Several processes may call it at once. Raises DatabaseUnavailable, MigrationChanged, or what
    PostgreSQL says of a file.
    """
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise DatabaseUnavailable(f"the database cannot be reached: {error}") from error
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
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


async def _apply_missing(connection: asyncpg.Connection[asyncpg.Record]) -> list[str]:
    await connection.execute(_TABLE)
    applied = await _applied(connection)
    done = []
    for path in _files():
        body = path.read_bytes()
        digest = hashlib.sha256(body).hexdigest()
        if path.name in applied:
            if applied[path.name] != digest:
                raise MigrationChanged(f"{path.name} was edited after it had been applied")
            continue
        async with connection.transaction():
            await connection.execute("set local lock_timeout = '5s'")
            await connection.execute(body.decode())
            await connection.execute(
                "insert into schema_migrations (name, sha256) values ($1, $2)", path.name, digest
            )
        done.append(path.name)
    return done


async def _applied(connection: asyncpg.Connection[asyncpg.Record]) -> dict[str, str]:
    if await connection.fetchval("select to_regclass('schema_migrations')") is None:
        return {}
    rows = await connection.fetch("select name, sha256 from schema_migrations")
    return {row["name"]: row["sha256"] for row in rows}


def _files() -> list[Path]:
    return sorted(migrations_directory().glob("[0-9]*.sql"))
