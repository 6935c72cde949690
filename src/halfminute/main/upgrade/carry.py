"""Brings the data into the new cluster: their files by pg_upgrade, or their rows by a dump."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Final

from halfminute.kit.embedded_postgres.settings import SUPERUSER, EmbeddedSettings
from halfminute.kit.embedded_postgres.sockets import choose_socket_directory, make_socket_directory
from halfminute.kit.event_log import rebase_statement
from halfminute.kit.postgres_programs import (
    PIECE_BYTES,
    Programs,
    Script,
    open_script,
    split_password,
    stream_dump,
    stream_script,
)
from halfminute.main.backup.place import connect
from halfminute.main.backup.row_counts import check_counts, count_rows
from halfminute.main.upgrade import tables
from halfminute.main.upgrade.new_data import give_to_account
from halfminute.main.upgrade.plan import Plan
from halfminute.main.upgrade.work import Work
from halfminute.routing import restored as routing

# Beside the one that a server of ours notes itself under, and never on TCP.
_OLD_PORT, _NEW_PORT = 50432, 50433
_BRINGS_STATISTICS: Final = 18
_DUMP_NAME: Final = "rows.dump"


def take_files(plan: Plan, new: EmbeddedSettings, work: Work, *, is_check: bool) -> None:
    """By pg_upgrade, with both servers stopped; `is_check` changes nothing.

    It keeps the count of transactions, so the log's xids and all cursors stay true. Raises
    UpgradeFailed, UpgradeCancelled.
    """
    sockets = choose_socket_directory(new.directory)
    make_socket_directory(sockets, plan.account)
    directory = new.directory / "work"
    directory.mkdir(exist_ok=True)
    give_to_account(plan, [directory])
    command = [
        str(plan.new.directory / "pg_upgrade"),
        f"--old-bindir={plan.old.directory}",
        f"--new-bindir={plan.new.directory}",
        f"--old-datadir={plan.settings.cluster}",
        f"--new-datadir={new.cluster}",
        f"--old-port={_OLD_PORT}",
        f"--new-port={_NEW_PORT}",
        f"--username={SUPERUSER}",
        f"--socketdir={sockets}",
    ]
    command += ["--link"] if plan.is_linked else []
    command += ["--check"] if is_check else []
    command += [] if new.is_durable else ["--no-sync"]
    password = plan.settings.password_file.read_text(encoding="ascii").strip()
    # Not on the command line, which every account of the machine may read.
    work.run(command, directory, {"PGPASSWORD": password})


def gather_statistics(plan: Plan, dsn: str, work: Work) -> None:
    """Without them the first hours would be slow. Raises UpgradeFailed, UpgradeCancelled.

    Since 18 pg_upgrade brings most of them along (its manual, "Statistics").
    """
    address, password = split_password(dsn)
    command = [str(plan.new.directory / "vacuumdb"), f"--maintenance-db={address}", "--all"]
    command += ["--analyze-only", f"--jobs={os.cpu_count() or 1}"]
    if plan.new.major >= _BRINGS_STATISTICS and not plan.is_dumped:
        command.append("--missing-stats-only")
    work.run(command, plan.directory, {"PGPASSWORD": password})


async def load_rows(plan: Plan, old_dsn: str, new: EmbeddedSettings, new_dsn: str) -> None:
    """By a dump of the old server, in one transaction of the new. Raises ProgramFailed.

    Nothing has been sent or revoked since, so unlike a restore it leaves the outbox and the
    sessions as they are; but another cluster counts its transactions anew.
    """
    programs = Programs(plan.new.directory, plan.new.major)
    dump = new.directory / _DUMP_NAME
    # It holds what customers wrote.
    dump.touch(mode=0o600)
    row_counts = await _dump(programs, old_dsn, dump)
    async with open_script(programs, new_dsn) as script:
        await script.run(tables.BEGIN)
        await _run_sections(script, programs, dump, "pre-data", "data")
        await script.run(tables.RESET_SEARCH_PATH, check_counts(row_counts), rebase_statement())
        await _run_sections(script, programs, dump, "post-data")
        await script.run(tables.RESET_SEARCH_PATH, *routing.list_statements(), tables.COMMIT)
        await script.end()
    dump.unlink()


async def _dump(programs: Programs, dsn: str, target: Path) -> dict[str, int]:
    connection = await connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval(tables.EXPORT_SNAPSHOT)
            with target.open("wb") as file:
                async with aclosing(stream_dump(programs, dsn, snapshot)) as pieces:
                    async for piece in pieces:
                        file.write(piece)
            return await count_rows(connection)
    finally:
        await connection.close()


async def _run_sections(script: Script, programs: Programs, dump: Path, *sections: str) -> None:
    sql = stream_script(programs, _read(dump), sections, programs.major)
    async with aclosing(sql) as pieces:
        async for piece in pieces:
            await script.write(piece)


async def _read(place: Path) -> AsyncIterator[bytes]:
    with place.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
            # So that a cancellation is heard.
            await asyncio.sleep(0)
