"""The database server that the tests of one run share, whatever the number of workers.

It is kept by a process of its own (`python -m tests.postgres DIRECTORY`). Who uses it holds a
shared lock on a file; the keeper ends as soon as it gets that lock alone, so the server goes when
the last user goes, even one that was killed.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.migrations import migrate

T = TypeVar("T")
_ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS = 90
_POLL_SECONDS = 0.1
_TEMPLATE = "template_migrated"


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `dsn` names its superuser and its first database."""

    dsn: str
    directory: Path

    def database_dsn(self, name: str) -> str:
        """The same server, another database."""
        return urlunsplit(urlsplit(self.dsn)._replace(path=f"/{name}"))

    @contextmanager
    def database(self, *, is_migrated: bool) -> Iterator[str]:
        """A fresh database of one's own, as a DSN; dropped afterwards whoever is still in it."""
        template = self._ensure_template() if is_migrated else "template1"
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        _execute(self.dsn, f"create database {name} template {template} strategy file_copy")
        try:
            yield self.database_dsn(name)
        finally:
            _execute(self.dsn, f"drop database {name} with (force)")

    def _ensure_template(self) -> str:
        with _locked(self.directory / "template.lock", fcntl.LOCK_EX):
            made = self.directory / "template.made"
            if not made.exists():
                _execute(self.dsn, f"drop database if exists {_TEMPLATE}")
                _execute(self.dsn, f"create database {_TEMPLATE}")
                run_coroutine(migrate(self.database_dsn(_TEMPLATE)))
                made.touch()
        return _TEMPLATE


_NUMBERS = count(1)


@contextmanager
def shared_server() -> Iterator[PostgresServer]:
    """The server of this run, started by whoever comes first."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
    directory = Path(tempfile.gettempdir()) / f"halfminute-tests-{run[:12]}"
    users = _join(directory)
    while not _is_same_file(users, directory / "users.lock"):
        # We waited for a keeper that was just ending, and it took the directory with it.
        users.close()
        users = _join(directory)
    with users:
        yield PostgresServer((directory / "dsn").read_text(), directory)


def _join(directory: Path) -> IO[str]:
    directory.mkdir(exist_ok=True)
    # As root the server has an account of its own, which must pass through here.
    directory.chmod(0o755)
    with _locked(directory / "start.lock", fcntl.LOCK_EX):
        users = (directory / "users.lock").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        if _is_same_file(users, directory / "users.lock") and not (directory / "dsn").exists():
            _start_keeper(directory)
        return users


def _is_same_file(file: IO[str], place: Path) -> bool:
    return place.exists() and os.path.samestat(os.fstat(file.fileno()), place.stat())


def run_coroutine(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run it on a loop of its own in another thread, whatever loop this thread may have."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(asyncio.run, coroutine).result()


@contextmanager
def _locked(place: Path, kind: int) -> Iterator[None]:
    with place.open("w") as file:
        fcntl.flock(file, kind)
        yield


def _execute(dsn: str, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    run_coroutine(execute())


def _start_keeper(directory: Path) -> None:
    log = directory / "keeper.log"
    log.touch()
    # In the background of a shell that ends at once: the keeper outlives the worker that began it.
    keeper = [sys.executable, "-m", "tests.postgres", str(directory)]
    subprocess.run(
        ["/bin/sh", "-c", '"$@" </dev/null >"$0" 2>&1 &', str(log), *keeper],
        check=True,
        cwd=_ROOT,
        start_new_session=True,
    )
    deadline = time.monotonic() + _START_SECONDS
    while not (directory / "dsn").exists():
        if time.monotonic() > deadline or "Error" in log.read_text():
            raise RuntimeError(f"The tests' PostgreSQL did not start:\n{log.read_text()}")
        time.sleep(_POLL_SECONDS)


def _keep(directory: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = EmbeddedSettings(directory=directory / "server", is_durable=False)
    dsn_file = directory / "dsn"
    with (directory / "users.lock").open("w") as users:
        with EmbeddedPostgres(settings) as server:
            unfinished = directory / "dsn.new"
            unfinished.write_text(server.dsn)
            unfinished.rename(dsn_file)
            _wait_until_unused(users.fileno())
            dsn_file.unlink()
        shutil.rmtree(directory, ignore_errors=True)


def _wait_until_unused(users: int) -> None:
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_POLL_SECONDS)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
