"""`halfminute backup` and `restore` as an administrator calls them, on real installations."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from halfminute.main.unfinished_restore import has_unfinished_restore
from tests.main.cli.running import Up, run_cli, wait_for
from tests.postgres import run_coroutine

_AT_WORK = """
select count(*) from pg_stat_activity
 where datname = current_database() and application_name = $1
"""


def test_the_whole_way_on_embedded_databases(server_directory: Path) -> None:
    source, target = server_directory / "source", server_directory / "target"
    archive = server_directory / "monday.backup"
    up = Up(source)
    try:
        added = run_cli("user", "add", "olena@example.org", "--name", "Olena", directory=source)
        password = added.stdout.split("Password: ")[1].strip()

        made = run_cli("backup", str(archive), "--with-key", directory=source)
    finally:
        up.end(signal.SIGTERM)
    assert made.returncode == 0, made.stderr
    assert f"{archive} is made" in made.stdout
    assert "with the secret key" in made.stdout
    assert made.stderr == ""

    checked = run_cli("backup", "--check", str(archive))
    assert (checked.returncode, f"{archive} is whole." in checked.stdout) == (0, True)

    restored = run_cli("restore", str(archive), directory=target)
    assert restored.returncode == 0, restored.stderr
    assert "Restored: " in restored.stdout
    assert (target / "secret.key").read_bytes() == (source / "secret.key").read_bytes()

    again = run_cli("restore", str(archive), directory=target)
    assert again.returncode == 1
    assert again.stderr.startswith("Halfminute: The database is not empty: restore into an empty")
    assert again.stderr.count("\n") == 1

    up = Up(target)
    try:
        assert up.sign_in("olena@example.org", password) == 201
        running = run_cli("restore", str(archive), directory=target)
        assert "Halfminute already runs on" in running.stderr
    finally:
        up.end(signal.SIGTERM)


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    archive = tmp_path / "broken.backup"
    archive.write_bytes(b"nothing of ours")

    for told in (
        run_cli("backup", "--check", str(archive)),
        run_cli("restore", str(archive), directory=tmp_path / "target"),
    ):
        assert told.returncode == 1
        assert told.stderr == ("Halfminute: This file was not made by `halfminute backup`.\n")
    assert not (tmp_path / "target" / "postgresql").exists()


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = run_cli("backup", str(tmp_path / "x.backup"), directory=tmp_path / "nowhere")
    assert told.stderr == (
        f"Halfminute: There is no directory {tmp_path}/nowhere: name that of the installation "
        "with --data.\n"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_backup_that_is_told_to_stop_leaves_nothing(
    tmp_path: Path, database_url: str, number: signal.Signals
) -> None:
    _fill(database_url)
    archive = tmp_path / "x.backup"
    with _started(database_url, "backup", archive, directory=tmp_path) as process:
        wait_for(lambda: _count_of(database_url, "pg_dump") > 0)

        process.send_signal(number)

        assert process.wait(timeout=30) == 130
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []
    wait_for(lambda: _count_of(database_url, "pg_dump") == 0)


def test_a_killed_restore_leaves_an_empty_database_and_is_begun_again(
    tmp_path: Path, database_url: str, empty_database_url: str
) -> None:
    _fill(database_url)
    archive, target = tmp_path / "x.backup", tmp_path / "target"
    assert _run(database_url, "backup", archive, directory=tmp_path)[0] == 0
    with _started(empty_database_url, "restore", archive, directory=target) as process:
        wait_for(lambda: _count_of(empty_database_url, "psql") > 0)

        process.kill()

    wait_for(lambda: _count_of(empty_database_url, "psql") == 0)
    assert _ask(empty_database_url, "select to_regclass('users')") is None
    assert has_unfinished_restore(target)
    status, printed = _run(empty_database_url, "serve", "--roles", "router", directory=target)
    assert (status, "was interrupted: run `halfminute restore` again" in printed) == (1, True)

    status, printed = _run(empty_database_url, "doctor", directory=target)
    assert "run `halfminute restore` again" in printed

    status, printed = _run(empty_database_url, "restore", archive, directory=target)
    assert (status, "it was begun again" in printed) == (0, True), printed
    assert _ask(empty_database_url, "select count(*) from wide") == 3000


@contextmanager
def _started(url: str, *arguments: str | Path, directory: Path) -> Iterator[subprocess.Popen[str]]:
    """A command in a process of its own, ended at the end of the block."""
    environment = {
        **os.environ,
        "HALFMINUTE_DATABASE_URL": url,
        "HALFMINUTE_DATA_DIRECTORY": str(directory),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "halfminute.main.cli", *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _run(url: str, *arguments: str | Path, directory: Path) -> tuple[int, str]:
    with _started(url, *arguments, directory=directory) as process:
        printed, _ = process.communicate(timeout=100)
    return process.returncode, printed


def _fill(url: str) -> None:
    """Enough that a dump of it takes a while: random, so that nothing makes it small."""
    _ask(url, "create table wide (words text)")
    _ask(
        url,
        "insert into wide select string_agg(md5(random()::text), '')"
        "  from generate_series(1, 3000) n, generate_series(1, 400) g group by n",
    )


def _count_of(url: str, program: str) -> int:
    return int(str(_ask(url, _AT_WORK, program)))


def _ask(url: str, statement: str, *values: object) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    return run_coroutine(ask())
