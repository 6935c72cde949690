"""How long a backup of a grown installation takes, and its restore on an empty machine.

The source is filled with messages over twelve months, backed up, and restored into a server of its
own, made new, as `halfminute restore` does it. Then each table is compared by the count and a hash
of its rows; what a restore changes on purpose is left out.

    make bench NAME=restore_backup          MESSAGES=1000000 to choose how many
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import asyncpg

from bench.filling import fill
from bench.report import Figure, print_result, print_table
from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.migrations import migrate
from halfminute.main.backup import check_backup, make_backup, restore_backup
from halfminute.main.backup.check import check_file
from halfminute.main.backup.place import open_installation

# Of these a restore changes rows on purpose: their transactions belong to another cluster.
_CHANGED: Final = ("router_cursors", "router_leases", "sessions")
_TABLES: Final = """
select c.relname as name,
       (select string_agg(quote_ident(a.attname), ', ' order by a.attname) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           and (c.relname, a.attname) <> ('events', 'xid')) as columns
  from pg_class c
 where c.relkind in ('r', 'p') and not c.relispartition
   and c.relnamespace = 'public'::regnamespace
 order by 1
"""


Digests = dict[str, tuple[int, str]]


def _digest(table: str, columns: str) -> str:
    """Whatever the order of the rows: each one's hash, as a number, and their sum."""
    return (
        "select count(*) as rows, coalesce(sum(hashtextextended("  # noqa: S608  # our own tables
        f"row({columns})::text, 0)::numeric), 0)::text as digest from {table}"
    )


async def digests(dsn: str) -> Digests:
    """Count and hash of the rows of each table."""
    connection = await asyncpg.connect(dsn)
    try:
        found = {}
        for table in await connection.fetch(_TABLES):
            if table["name"] not in _CHANGED:
                [row] = await connection.fetch(_digest(table["name"], table["columns"]))
                found[table["name"]] = (row["rows"], row["digest"])
        return found
    finally:
        await connection.close()


def _untold(_what: str, _count: int) -> None:
    """Nobody watches."""


async def make(directory: Path, archive: Path, messages: int) -> tuple[Digests, float]:
    """Fill an installation and back it up: what was in it, and the seconds of the backup."""
    async with EmbeddedPostgres(EmbeddedSettings(directory=directory)) as server:
        await migrate(server.dsn)
        await fill(server.dsn, messages, tell=lambda line: print(line, file=sys.stderr))
        source = open_installation(directory, server.dsn)
        started = time.monotonic()
        await make_backup(source, archive, is_with_key=False, tell=_untold)
        seconds = time.monotonic() - started
        return await digests(server.dsn), seconds


async def bring_back(directory: Path, archive: Path) -> tuple[Digests, float]:
    """Restore on a machine that has nothing: what is in it, and the seconds, the check included."""
    started = time.monotonic()
    with archive.open("rb") as file:
        checked = await check_file(file, _untold)
        async with EmbeddedPostgres(EmbeddedSettings(directory=directory)) as server:
            installation = open_installation(directory, server.dsn)
            await restore_backup(installation, file, checked, is_without_key=True, tell=_untold)
            seconds = time.monotonic() - started
            return await digests(server.dsn), seconds


async def run(place: Path, messages: int) -> dict[str, Figure]:
    """Make, check, bring back, compare."""
    archive = place / "large.backup"
    before, backup_seconds = await make(place / "source", archive, messages)
    started = time.monotonic()
    await check_backup(archive, _untold)
    check_seconds = time.monotonic() - started
    after, restore_seconds = await bring_back(place / "restored", archive)
    print_table(
        "Tables",
        [
            {"table": name, "rows": before[name][0], "is equal": before[name] == after.get(name)}
            for name in before
            if before[name][0]
        ],
    )
    return {
        "messages": before["messages"][0],
        "backup_megabytes": archive.stat().st_size / 1e6,
        "backup_seconds": backup_seconds,
        "check_seconds": check_seconds,
        "restore_seconds": restore_seconds,
        "is_equal": before == after,
    }


def main() -> None:
    """The command line."""
    with tempfile.TemporaryDirectory(prefix="halfminute-restore-backup-") as name:
        place = Path(name)
        place.chmod(0o755)  # the database's own account must pass through
        messages = int(os.environ.get("MESSAGES", "1000000"))
        print_result(asyncio.run(run(place, messages)))


if __name__ == "__main__":
    main()
