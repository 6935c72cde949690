"""One part of the installation: a child process, started again with growing pauses when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import IO

from halfminute.kit.processes.tied import tied_command
from halfminute.main.supervisor.log_file import LogFile
from halfminute.main.supervisor.register import ProcessRegister

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0
_DRAIN_SECONDS = 1.0
_NOT_STARTED = 127  # the status by which a shell tells the same


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What to run. `tier` orders the stop: the highest first, and all of one tier together.

    `descriptors` are of open files that it is handed, under the same numbers.
    """

    name: str
    command: tuple[str, ...]
    tier: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    patience_seconds: float = 4.0
    descriptors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Death:
    """A child that ended unasked. `deaths` counts since it last ran for a good while."""

    name: str
    status: int
    deaths: int
    pause_seconds: float
    last_words: str


class Child:
    """Keeps one ChildSpec running until `stop`."""

    def __init__(
        self,
        spec: ChildSpec,
        log: LogFile,
        register: ProcessRegister,
        announce: Callable[[Death], None],
    ) -> None:
        """`announce` is called at each death, before the pause."""
        self.spec = spec
        self._log = log
        self._register = register
        self._announce = announce
        self._process: Process | None = None
        self._is_stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process now; None between a death and the restart."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def keep_running(self) -> None:
        """Start, wait, and start again; returns after `stop`."""
        deaths, pause_seconds = 0, _FIRST_PAUSE_SECONDS
        while not self._is_stopping.is_set():
            started_at = time.monotonic()
            status = await self._try_once()
            if self._is_stopping.is_set():
                return
            if time.monotonic() - started_at > _LONGEST_PAUSE_SECONDS:
                deaths, pause_seconds = 0, _FIRST_PAUSE_SECONDS
            deaths += 1
            self._announce(Death(self.spec.name, status, deaths, pause_seconds, self._log.tail))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_stopping.wait(), pause_seconds)
            pause_seconds = min(pause_seconds * 2, _LONGEST_PAUSE_SECONDS)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when the patience of its spec is over."""
        self._is_stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), self.spec.patience_seconds)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _try_once(self) -> int:
        try:
            return await self._run_once()
        except OSError as error:
            self._log.write(f"{error}\n".encode())
            return _NOT_STARTED

    async def _run_once(self) -> int:
        self._log.forget_tail()
        async with _open_pipe() as (printed, write_end):
            # Started on the loop's own thread, which lives as long as we do: the tie is to it.
            self._process = process = await asyncio.create_subprocess_exec(
                *tied_command(self.spec.command),
                stdin=DEVNULL,
                stdout=write_end,
                stderr=write_end,
                env={**os.environ, **self.spec.environment},
                process_group=0,
                pass_fds=self.spec.descriptors,
            )
            write_end.close()
            if self._is_stopping.is_set():
                process.terminate()
            self._register.note(self.spec.name, process.pid)
            drain = asyncio.create_task(self._drain(printed))
            status = await process.wait()
            _end_group(process.pid)
            # A grandchild may hold the pipe open; what it prints is not waited for.
            await asyncio.wait([drain], timeout=_DRAIN_SECONDS)
            drain.cancel()
        self._register.strike(self.spec.name)
        return status

    async def _drain(self, printed: asyncio.StreamReader) -> None:
        while chunk := await printed.read(65536):
            self._log.write(chunk)


def _end_group(group: int) -> None:
    """End what a child that is gone has left of its process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


@asynccontextmanager
async def _open_pipe() -> AsyncIterator[tuple[asyncio.StreamReader, IO[bytes]]]:
    """A pipe of our own: asyncio's waits for every grandchild that holds it open (in `wait`)."""
    read_descriptor, write_descriptor = os.pipe()
    write_end = os.fdopen(write_descriptor, "wb")
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_descriptor, "rb")
    )
    try:
        yield reader, write_end
    finally:
        write_end.close()
        transport.close()
