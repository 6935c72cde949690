"""The database server of one test worker.

Each worker has a server of its own: the event log waits for the oldest transaction of the whole
server, so workers that shared one would slow and spoil each other's plays.

It is kept by a process (`python -m tests.postgres DIRECTORY`) that stops it when its standard
input ends, so the server goes with its worker, even one that was killed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.migrations import migrate

T = TypeVar("T")
_ROOT = Path(__file__).resolve().parents[1]
_NUMBERS = count(1)


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `dsn` names its superuser and its first database."""

    dsn: str

    def database_dsn(self, name: str) -> str:
        """The same server, another database."""
        return urlunsplit(urlsplit(self.dsn)._replace(path=f"/{name}"))

    @contextmanager
    def database(self, *, is_migrated: bool) -> Iterator[str]:
        """A fresh database of one's own, as a DSN; dropped afterwards whoever is still in it."""
        template = self._migrated_template if is_migrated else "template1"
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        _execute(self.dsn, f"create database {name} template {template} strategy file_copy")
        try:
            yield self.database_dsn(name)
        finally:
            _execute(self.dsn, f"drop database {name} with (force)")

    @cached_property
    def _migrated_template(self) -> str:
        name = "template_migrated"
        _execute(self.dsn, f"create database {name}")
        run_coroutine(migrate(self.database_dsn(name)))
        return name


@contextmanager
def open_server() -> Iterator[PostgresServer]:
    """A server of one's own; it does not survive a power cut."""
    directory = Path(tempfile.mkdtemp(prefix="halfminute-tests-"))
    # As root the server has an account of its own, which must pass through here.
    directory.chmod(0o755)
    command = [sys.executable, "-m", "tests.postgres", str(directory)]
    with subprocess.Popen(
        command,
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as keeper:
        assert keeper.stdout is not None
        dsn = keeper.stdout.readline().strip()
        if not dsn:
            raise RuntimeError("The tests' PostgreSQL did not start: see what it said above")
        yield PostgresServer(dsn)


def run_coroutine(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run it on a loop of its own in another thread, whatever loop this thread may have."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(asyncio.run, coroutine).result()


def _execute(dsn: str, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    run_coroutine(execute())


def _keep(directory: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = EmbeddedSettings(directory=directory / "server", is_durable=False)
    try:
        with EmbeddedPostgres(settings) as server:
            sys.stdout.write(f"{server.dsn}\n")
            sys.stdout.flush()
            sys.stdin.read()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
