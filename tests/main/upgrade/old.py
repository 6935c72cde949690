"""An installation whose data were made by an older PostgreSQL, and what stands in them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings, make_directory
from halfminute.kit.embedded_postgres.account import choose_account
from halfminute.kit.embedded_postgres.binaries import Binaries, find_binaries
from halfminute.kit.embedded_postgres.cluster import Layout, ensure_password, initialise
from halfminute.kit.migrations import migrate
from tests.plain_channel import message
from tests.scene import open_scene

OLD_MAJOR = 16


def find_old() -> Binaries:
    """The wheel brings both; another source of programs may not."""
    found = next((each for each in find_binaries() if each.major == OLD_MAJOR), None)
    if found is None:
        pytest.skip(f"PostgreSQL {OLD_MAJOR} is missing beside the newest one")
    return found


def settings_of(directory: Path) -> EmbeddedSettings:
    """A small server that does not survive a power cut."""
    return EmbeddedSettings(
        directory=directory, is_durable=False, shared_buffers_megabytes=16, max_connections=40
    )


def make_old(directory: Path, layout: Layout | None = None) -> EmbeddedSettings:
    """A stopped cluster of the old PostgreSQL, with nothing in it."""
    settings = settings_of(directory)
    make_directory(directory)
    account = choose_account(settings.cluster)
    ensure_password(settings, account)
    initialise(settings, find_old(), account, layout)
    return settings


@contextmanager
def serving(settings: EmbeddedSettings) -> Iterator[str]:
    """Its server, of whichever version the data are."""
    with EmbeddedPostgres(settings) as server:
        yield server.dsn


async def furnish(dsn: str, messages: int = 40) -> None:
    """Customers have written."""
    await migrate(dsn)
    async with open_scene(dsn) as scene:
        for number in range(messages):
            await scene.tell(message(f"{number}", chat=f"chat-{number % 7}"))


async def ask(dsn: str, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(dsn)
    try:
        rows: list[asyncpg.Record] = await connection.fetch(statement)
        return rows
    finally:
        await connection.close()


def value_of(dsn: str, statement: str) -> object:
    """The one value of the one row."""
    return asyncio.run(ask(dsn, statement))[0][0]


def read_all(settings: EmbeddedSettings) -> dict[str, str]:
    """A hash of all rows of each table, of a stopped installation."""
    with serving(settings) as dsn:
        return asyncio.run(fingerprints(dsn))


async def fingerprints(dsn: str) -> dict[str, str]:
    """By table; without the log's xids, which a load of the rows begins anew."""
    tables = await ask(
        dsn,
        """select c.oid::regclass::text as name,
                  exists (select from pg_attribute a
                           where a.attrelid = c.oid and attname = 'xid') as has_xid
             from pg_class c
            where relkind in ('r', 'p') and not relispartition
              and relnamespace = 'public'::regnamespace and relname not in
                  ('router_cursors', 'router_leases')""",
    )
    found = {}
    for table in tables:
        row = "(to_jsonb(t) - 'xid')" if table["has_xid"] else "to_jsonb(t)"
        [[digest]] = await ask(
            dsn,
            f"select coalesce(md5(string_agg(md5({row}::text), '' order by md5({row}::text))), '')"  # noqa: S608
            f" from {table['name']} t",
        )
        found[table["name"]] = digest
    return found
