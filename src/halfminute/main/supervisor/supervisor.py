"""Keeps the children of one installation together: started as one, stopped in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from halfminute.kit.errors import HalfminuteError
from halfminute.main.supervisor.child import Child, ChildSpec, Death
from halfminute.main.supervisor.log_file import LogFile
from halfminute.main.supervisor.register import ProcessRegister

# A child that dies so often before the first success will not succeed by itself.
_HOPELESS_DEATHS = 3


class ChildKeepsFailing(HalfminuteError):
    """A part of Halfminute cannot start."""

    code = "child_keeps_failing"


class Supervisor:
    """The children, their logs in `logs`, and their names in the register."""

    def __init__(
        self, logs: Path, register: ProcessRegister, announce: Callable[[Death], None]
    ) -> None:
        """`announce` is told of each death once `is_up` (before, the third ends the start)."""
        self._logs = logs
        self._register = register
        self._announce = announce
        self._children: list[Child] = []
        self._log_files: list[LogFile] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._hopeless: asyncio.Future[Death] = asyncio.get_running_loop().create_future()
        self.is_up = False

    def start(self, specs: Sequence[ChildSpec]) -> None:
        """Start these beside those that run already."""
        self._logs.mkdir(mode=0o700, exist_ok=True)
        for spec in specs:
            log = LogFile(self._logs / f"{spec.name}.log")
            child = Child(spec, log, self._register, self._on_death)
            self._log_files.append(log)
            self._children.append(child)
            self._tasks.append(asyncio.create_task(child.keep_running(), name=spec.name))

    async def wait_for(self, ready: asyncio.Task[None]) -> None:
        """Return when `ready` is done. Raises ChildKeepsFailing, or what `ready` raises."""
        waited: set[asyncio.Future[Any]] = {ready, self._hopeless}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            death = self._hopeless.result()
            words = death.last_words.splitlines()[-1:] or ["nothing"]
            log = self._logs / f"{death.name}.log"
            raise ChildKeepsFailing(
                f"The part `{death.name}` cannot start. It said: {words[0]} (the whole is in {log})"
            )
        ready.result()

    def find_pid(self, name: str) -> int | None:
        """The process of the child of this name now."""
        return next((child.pid for child in self._children if child.spec.name == name), None)

    async def stop(self) -> None:
        """Stop all, the highest tier first."""
        ordered = sorted(self._children, key=lambda child: -child.spec.tier)
        for _, tier in groupby(ordered, key=lambda child: child.spec.tier):
            await asyncio.gather(*(child.stop() for child in tier))
        await asyncio.gather(*self._tasks)
        for log in self._log_files:
            log.close()
        self._children.clear()

    def _on_death(self, death: Death) -> None:
        if self.is_up:
            self._announce(death)
        elif death.deaths >= _HOPELESS_DEATHS and not self._hopeless.done():
            self._hopeless.set_result(death)
