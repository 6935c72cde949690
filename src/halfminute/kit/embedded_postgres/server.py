"""The supervisor of the embedded PostgreSQL: starts it, restarts it when it dies, stops it."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from subprocess import Popen
from types import TracebackType
from typing import Self

from halfminute.kit.embedded_postgres.account import choose_account, require_reachable
from halfminute.kit.embedded_postgres.addresses import DEFAULT_PORT, socket_dsn, tcp_dsn
from halfminute.kit.embedded_postgres.binaries import Binaries, choose_binaries, make_reachable
from halfminute.kit.embedded_postgres.cluster import (
    ensure_password,
    initialise,
    read_cluster_major,
    write_own_settings,
)
from halfminute.kit.embedded_postgres.directory import make_directory
from halfminute.kit.embedded_postgres.errors import (
    AlreadySupervised,
    EmbeddedPostgresError,
    StartFailed,
)
from halfminute.kit.embedded_postgres.leftovers import clear_leftovers
from halfminute.kit.embedded_postgres.postmaster import (
    end_postmaster,
    read_log_tail,
    start_postmaster,
    wait_until_ready,
)
from halfminute.kit.embedded_postgres.settings import EmbeddedSettings
from halfminute.kit.embedded_postgres.settlement import settle_upgrade
from halfminute.kit.embedded_postgres.sockets import choose_socket_directory, make_socket_directory
from halfminute.kit.processes.lock import LockHeld, ProcessLock
from halfminute.kit.processes.tied import Credentials

_LOG = logging.getLogger(__name__)
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
# The server refuses to start while children of a killed one still hold its shared memory.
_PASSING_FAULT = "pre-existing shared memory block"
_RETRY_SECONDS = 0.2


class EmbeddedPostgres:
    """A PostgreSQL of our own on one directory: `with` or `async with` it, then use its `dsn`.

    A thread of its own starts and reaps the server, so that the kernel ends the server when we die
    (the tie is to the thread, prctl(2)) and a crash is mended whatever the caller is doing.
    """

    def __init__(
        self,
        settings: EmbeddedSettings | None = None,
        *,
        binaries: Binaries | None = None,
        held_lock: ProcessLock | None = None,
    ) -> None:
        """Nothing is touched before `start`.

        `binaries` are for who knows which fit the data. `held_lock` is the directory's, of a caller
        that goes on to hold it: then an upgrade that was interrupted is the caller's matter too.
        """
        self._settings = settings or EmbeddedSettings()
        self._account: Credentials | None = None
        self._given_binaries = binaries
        self._binaries: Binaries | None = None
        self._held_lock = held_lock
        self._socket_directory = choose_socket_directory(self._settings.directory)
        self._tcp_port: int | None = None
        self._password = ""
        self._lock: ProcessLock | None = None
        self._thread: threading.Thread | None = None
        self._child: Popen[bytes] | None = None
        self._child_guard = threading.Lock()
        self._is_stopping = threading.Event()
        self._is_settled = threading.Event()
        self._fault: EmbeddedPostgresError | None = None

    @property
    def dsn(self) -> str:
        """How to connect over the unix socket; it carries the password."""
        port = self._tcp_port or DEFAULT_PORT
        return socket_dsn(self._settings, self._password, self._socket_directory, port)

    @property
    def tcp_dsn(self) -> str | None:
        """How to connect over 127.0.0.1; None unless the settings ask for a port."""
        if self._tcp_port is None:
            return None
        return tcp_dsn(self._settings, self._password, self._tcp_port)

    @property
    def postmaster_pid(self) -> int | None:
        """The server's pid now; it changes when a crash is mended."""
        child = self._child
        return child.pid if child is not None and child.returncode is None else None

    def start(self) -> None:
        """Return when the server takes connections. Raises EmbeddedPostgresError."""
        self._take_lock()
        try:
            self._prepare()
            self._thread = threading.Thread(target=self._supervise, name="embedded-postgres")
            self._thread.start()
            self._is_settled.wait()
            if self._fault is not None:
                self._thread.join()
                raise self._fault
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut the server down, rolling back what is open; twice is harmless."""
        self._is_stopping.set()
        if self._thread is not None:
            with self._child_guard:
                child = self._child
            if child is not None:
                end_postmaster(child, self._settings.stop_timeout_seconds)
            self._thread.join()
            self._thread = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        starting = asyncio.create_task(asyncio.to_thread(self.start))
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            # A thread cannot be cancelled: the server it is about to start must be stopped after.
            await asyncio.wait([starting])
            await asyncio.to_thread(self.stop)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)

    def _take_lock(self) -> None:
        make_directory(self._settings.directory)
        try:
            if self._held_lock is None:
                self._lock = ProcessLock(self._settings.lock_file)
        except LockHeld as error:
            raise AlreadySupervised(
                f"{self._settings.directory} is in use by another Halfminute (process "
                f"{error.holder}): stop it first, or choose another --data directory."
            ) from None
        self._is_stopping.clear()
        self._is_settled.clear()
        self._fault = None

    def _prepare(self) -> None:
        settings = self._settings
        if self._held_lock is None and (mark := settle_upgrade(settings)):
            major = mark.to_major if mark.is_ready else mark.from_major
            _LOG.warning("An upgrade was interrupted: the data of PostgreSQL %s are used.", major)
        self._account = choose_account(settings.cluster)
        require_reachable(settings.directory, self._account)
        found = self._given_binaries or choose_binaries(read_cluster_major(settings.cluster))
        self._binaries = make_reachable(found, self._account, settings.directory)
        make_socket_directory(self._socket_directory, self._account)
        if clear_leftovers(settings.cluster, self._socket_directory, settings.stop_timeout_seconds):
            _LOG.warning("A database server left by a killed process was shut down.")
        self._password = ensure_password(settings, self._account)
        if not settings.cluster.exists():
            initialise(settings, self._binaries, self._account)
        self._tcp_port = settings.tcp_port if settings.tcp_port != 0 else _find_free_port()
        write_own_settings(settings, self._socket_directory, self._tcp_port, self._account)

    def _supervise(self) -> None:
        try:
            self._start_first()
        except EmbeddedPostgresError as error:
            self._fault = error
        except OSError as error:
            self._fault = StartFailed(f"PostgreSQL could not be started: {error}")
        finally:
            self._is_settled.set()
        if self._fault is None:
            self._keep_running()

    def _start_first(self) -> None:
        deadline = time.monotonic() + self._settings.start_timeout_seconds
        while not self._is_stopping.is_set():
            if self._run_until_ready(deadline - time.monotonic()):
                return
            tail = read_log_tail(self._settings)
            if _PASSING_FAULT not in tail or time.monotonic() > deadline:
                raise StartFailed(f"PostgreSQL did not start. It said:\n{tail}")
            self._is_stopping.wait(_RETRY_SECONDS)

    def _keep_running(self) -> None:
        pause_seconds = _FIRST_PAUSE_SECONDS
        while self._child is not None:
            started_at = time.monotonic()
            self._child.wait()
            if self._is_stopping.is_set():
                return
            if time.monotonic() - started_at > _LONGEST_PAUSE_SECONDS:
                pause_seconds = _FIRST_PAUSE_SECONDS
            _LOG.error("PostgreSQL ended by itself (%s): restarting.", self._child.returncode)
            self._is_stopping.wait(pause_seconds)
            pause_seconds = min(pause_seconds * 2, _LONGEST_PAUSE_SECONDS)
            try:
                self._run_until_ready(self._settings.start_timeout_seconds)
            except OSError as error:
                _LOG.error("PostgreSQL could not be restarted: %s", error)

    def _run_until_ready(self, timeout_seconds: float) -> bool:
        """Start the server once; one that does not become ready in time is ended."""
        if self._binaries is None:
            raise StartFailed("the server was not prepared")
        with self._child_guard:
            if self._is_stopping.is_set():
                return False
            self._child = start_postmaster(self._settings, self._binaries, self._account)
        if wait_until_ready(self._child, self._settings.cluster, timeout_seconds):
            return True
        end_postmaster(self._child, self._settings.stop_timeout_seconds)
        return False


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
