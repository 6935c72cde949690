"""Looks into the old data, on their own server, for what would not come along."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from halfminute.kit.database import OwnConnection
from halfminute.kit.embedded_postgres.cluster import Layout
from halfminute.main.backup.place import connect
from halfminute.main.upgrade import tables
from halfminute.main.upgrade.errors import UpgradeRefused
from halfminute.main.upgrade.plan import Plan

# They order text by its code points, as a new cluster does.
_PLAIN_LOCALES = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8"})


class OldData(NamedTuple):
    """What the old server says. `relations`, by database, as `list_relations`."""

    layout: Layout
    relations: dict[str, dict[str, bool]]


async def examine(plan: Plan, dsn: str) -> OldData:
    """Raises UpgradeRefused naming what is in the way, DatabaseUnavailable."""
    connection = await connect(dsn)
    try:
        databases = await connection.fetch(tables.LIST_DATABASES)
        roles = [row["name"] for row in await connection.fetch(tables.LIST_ROLES)]
        layout = await connection.fetchrow(tables.LAYOUT)
    finally:
        await connection.close()
    if plan.is_dumped:
        _require_ours_alone(plan, {row["name"]: row["locale"] for row in databases}, roles)
    relations = {}
    for row in databases:
        relations[row["name"]] = await _examine_database(plan, of_database(dsn, row["name"]))
    if layout is None:
        raise UpgradeRefused("The old server does not say how its data are laid out.")
    megabytes = layout["segment_bytes"] // 1024**2
    return OldData(Layout(megabytes, layout["has_checksums"]), relations)


async def list_relations(dsn: str) -> dict[str, bool]:
    """Names of tables, indexes, sequences and views of one database; whether they may be used."""
    connection = await connect(dsn)
    try:
        return await _list_relations(connection)
    finally:
        await connection.close()


def of_database(dsn: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{quote(name, safe='')}"))


async def _examine_database(plan: Plan, dsn: str) -> dict[str, bool]:
    connection = await connect(dsn)
    try:
        extensions = [row["name"] for row in await connection.fetch(tables.LIST_EXTENSIONS)]
        relations = await _list_relations(connection)
    finally:
        await connection.close()
    for name in extensions:
        if not (_extension_directory(plan) / f"{name}.control").exists():
            raise UpgradeRefused(
                f"The database {urlsplit(dsn).path[1:]} uses the extension {name}, which "
                f"PostgreSQL {plan.new.major} in {plan.new.directory} does not have: install it "
                f"there, or drop it (drop extension {name})."
            )
    return relations


async def _list_relations(connection: OwnConnection) -> dict[str, bool]:
    rows: list[asyncpg.Record] = await connection.fetch(tables.LIST_RELATIONS)
    return {row["name"]: row["is_valid"] for row in rows}


def _require_ours_alone(plan: Plan, locales: dict[str, str], roles: list[str]) -> None:
    database = plan.settings.database
    others = [f"database {name}" for name in locales if name not in {database, "postgres"}]
    others += [f"role {name}" for name in roles]
    if others:
        raise UpgradeRefused(
            f"Loading the rows anew brings our own database alone, and there is the {others[0]}: "
            f"remove it, or have pg_upgrade of PostgreSQL {plan.new.major} take the files."
        )
    if locales.get(database, "C") not in _PLAIN_LOCALES:
        raise UpgradeRefused(
            f"The database orders text by the locale {locales[database]}, and a new one would by "
            "C.UTF-8: only pg_upgrade can bring that along."
        )


def _extension_directory(plan: Plan) -> Path:
    answer = subprocess.run(  # noqa: S603  # a program of the installation that we chose
        [str(plan.new.directory / "pg_config"), "--sharedir"],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
    )
    return Path(answer.stdout.strip() or "/nonexistent") / "extension"
