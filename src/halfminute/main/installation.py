"""One installation on one machine: its directory, its database, and the parts that serve it."""

from __future__ import annotations

import asyncio
import errno
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path
from socket import socket
from typing import Final
from urllib.request import ProxyHandler, build_opener

from halfminute.identity.actions import GeneratedPassword, ensure_first_admin
from halfminute.kit.database import Database
from halfminute.kit.embedded_postgres import (
    EmbeddedPostgres,
    EmbeddedSettings,
    find_running_dsn,
    make_directory,
)
from halfminute.kit.errors import HalfminuteError
from halfminute.kit.event_log import EventLog
from halfminute.kit.migrations import migrate
from halfminute.kit.processes.listeners import open_listeners
from halfminute.kit.processes.lock import LockHeld, ProcessLock
from halfminute.kit.settings import find_database_url
from halfminute.kit.wakeups import PostgresWakeups
from halfminute.main.furniture import furnish
from halfminute.main.supervisor import ChildSpec, ProcessRegister, Supervisor
from halfminute.main.supervisor.child import Death
from halfminute.main.unfinished_restore import require_no_unfinished_restore

DATABASE_VARIABLE = "HALFMINUTE_DATABASE_URL"
ALL_ROLES: Final = ("web", "router", "delivery", "maintenance")
# Each has an interpreter of its own, so that none waits for another's work.
_PROCESSES: Final = {"web": "web", "router": "router", "delivery": "delivery,maintenance"}
_LEFTOVER_SECONDS = 4.0
_READY_SECONDS = 150.0
_POLL_SECONDS = 0.1
# Ourselves are never asked by way of a proxy.
_DIRECT = build_opener(ProxyHandler({}))


class AlreadyRunning(HalfminuteError):
    """Another Halfminute runs on this directory."""

    code = "already_running"


class PortTaken(HalfminuteError):
    """Another program listens on the port."""

    code = "port_taken"


class NotReadyInTime(HalfminuteError):
    """Halfminute did not answer in time."""

    code = "not_ready_in_time"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation lives and listens."""

    directory: Path
    host: str
    port: int

    @property
    def url(self) -> str:
        """What a person on this machine opens."""
        return f"http://localhost:{self.port}"

    @property
    def health_url(self) -> str:
        """Where it says whether it is well."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104  # compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/health"

    @property
    def logs(self) -> Path:
        """What the parts print."""
        return self.directory / "logs"


@dataclass(frozen=True, slots=True)
class Running:
    """An installation that serves."""

    place: Place
    database_url: str
    is_database_embedded: bool
    first_admin: GeneratedPassword | None
    supervisor: Supervisor


@asynccontextmanager
async def open_database_url(directory: Path) -> AsyncIterator[tuple[str, bool]]:
    """The configured database, else the embedded one, started if it does not run; is it ours?

    Raises InvalidSettings, EmbeddedPostgresError.
    """
    running = find_running_dsn(EmbeddedSettings(directory=directory))
    if running and not find_database_url():
        yield running, True
        return
    async with _start_database(directory) as found:
        yield found


@asynccontextmanager
async def _start_database(directory: Path) -> AsyncIterator[tuple[str, bool]]:
    if configured := find_database_url():
        yield configured, False
        return
    async with EmbeddedPostgres(EmbeddedSettings(directory=directory)) as server:
        yield server.dsn, True


@asynccontextmanager
async def open_log(database_url: str) -> AsyncIterator[EventLog]:
    """A log to run one verb on, from the command line."""
    database = Database(database_url, pool_size=2)
    await database.open()
    try:
        # Its bells ring in this process alone; other processes look by themselves soon after.
        yield EventLog(database, PostgresWakeups(database))
    finally:
        await database.close()


@asynccontextmanager
async def start_installation(
    place: Place, extra: list[ChildSpec], announce: Callable[[Death], None]
) -> AsyncIterator[Running]:
    """Start everything; leaving the block stops it in order: the parts first, then the database.

    Raises InvalidSettings, AlreadyRunning, RestoreUnfinished, PortTaken, ChildKeepsFailing,
    NotReadyInTime, EmbeddedPostgresError.
    """
    async with AsyncExitStack() as stack:
        make_directory(place.directory)
        stack.callback(lock_directory(place.directory).release)
        require_no_unfinished_restore(place.directory)
        register = ProcessRegister(place.directory / "processes.json")
        await asyncio.to_thread(register.end_leftovers, _LEFTOVER_SECONDS)
        # Held from here to the end, so that who calls while a part starts again is not refused.
        listeners = [stack.enter_context(each) for each in hold_port(place.host, place.port)]
        url, is_embedded = await stack.enter_async_context(_start_database(place.directory))
        await migrate(url)
        supervisor = Supervisor(place.logs, register, announce)
        stack.push_async_callback(supervisor.stop)
        supervisor.start([*_own_parts(place, url, listeners), *extra])
        await supervisor.wait_for(asyncio.create_task(wait_until_healthy(place.health_url)))
        supervisor.is_up = True
        # As late as this, because the password is told once: a start that failed would lose it.
        async with open_log(url) as log:
            first_admin = await ensure_first_admin(log)
            if first_admin is not None:
                await furnish(log, first_admin.email)
        yield Running(place, url, is_embedded, first_admin, supervisor)


def require_free_port(host: str, port: int, *, option: str = "--port") -> None:
    """Raise PortTaken, naming the way out."""
    for listener in hold_port(host, port, option=option):
        listener.close()


def hold_port(host: str, port: int, *, option: str = "--port") -> list[socket]:
    """Listen, without answering yet. Raises PortTaken, naming the way out."""
    try:
        return open_listeners(host, port)
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        word = "is taken" if error.errno == errno.EADDRINUSE else "needs root"
        raise PortTaken(f"Port {port} {word}: choose another with {option} {port + 1}.") from None


def lock_directory(directory: Path) -> ProcessLock:
    """Keep others from running on it. Raises AlreadyRunning."""
    try:
        return ProcessLock(directory / "halfminute.lock")
    except LockHeld as error:
        raise AlreadyRunning(
            f"Halfminute already runs on {directory} (process {error.holder}): stop it first, or "
            "choose another directory with --data."
        ) from None


def _own_parts(place: Place, database_url: str, listeners: Sequence[socket]) -> list[ChildSpec]:
    environment = {
        DATABASE_VARIABLE: database_url,
        # Where it came from a file: a part is told it once.
        f"{DATABASE_VARIABLE}_FILE": "",
        "HALFMINUTE_DATA_DIRECTORY": str(place.directory),
        "HALFMINUTE_HOST": place.host,
        "HALFMINUTE_PORT": str(place.port),
        # Three processes cannot have one port.
        "HALFMINUTE_METRICS_PORT": "0",
    }
    head = (sys.executable, "-m", "halfminute.main.cli", "serve", "--roles")
    parts = [
        ChildSpec(name, (*head, roles), tier=1, environment=environment)
        for name, roles in _PROCESSES.items()
    ]
    return [_hand_over(part, listeners) if part.name == "web" else part for part in parts]


def _hand_over(part: ChildSpec, listeners: Sequence[socket]) -> ChildSpec:
    descriptors = tuple(listener.fileno() for listener in listeners)
    options = [f"--fd={descriptor}" for descriptor in descriptors]
    return replace(part, command=(*part.command, *options), descriptors=descriptors)


async def wait_until_healthy(address: str) -> None:
    """Return when `address` answers 200. Raises NotReadyInTime."""
    deadline = time.monotonic() + _READY_SECONDS
    while not await asyncio.to_thread(_is_healthy, address):
        if time.monotonic() > deadline:
            raise NotReadyInTime(f"{address} did not answer within {_READY_SECONDS:.0f} s.")
        await asyncio.sleep(_POLL_SECONDS)


def _is_healthy(address: str) -> bool:
    try:
        with _DIRECT.open(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False
