"""Does long things from a thread, each of which another thread may cut short."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from typing import Any, Final, TypeVar

from halfminute.kit.processes.tied import Credentials, start_tied
from halfminute.main.upgrade.errors import UpgradeCancelled, UpgradeFailed

T = TypeVar("T")

_LOOK_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 5.0
_TAIL_BYTES: Final = 4000


class Work:
    """What is going on in the upgrade's thread. `log` takes what programs say."""

    def __init__(self, account: Credentials | None, log: Path) -> None:
        """Programs run as `account`."""
        self._account = account
        self._log = log
        self._is_cancelled = threading.Event()
        self._is_cancellable = True

    def cancel(self) -> None:
        """From another thread: what goes on now ends in UpgradeCancelled."""
        self._is_cancelled.set()

    def go_on_regardless(self) -> None:
        """There is no way back any more: what cancels from here on is not heard."""
        self._is_cancellable = False

    def require_wanted(self) -> None:
        """Raises UpgradeCancelled."""
        if self._is_unwanted():
            raise UpgradeCancelled("Interrupted: the old data are as they were.")

    def run(self, command: list[str], directory: Path, environment: Mapping[str, str]) -> None:
        """Run a program in `directory` to its end. Raises UpgradeFailed, UpgradeCancelled."""
        self.require_wanted()
        with self._log.open("ab") as output:
            output.write(f"\n== {Path(command[0]).name}\n".encode())
            output.flush()
            child = start_tied(
                command,
                credentials=self._account,
                environment={
                    "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
                    "LC_ALL": "C.UTF-8",
                    **environment,
                },
                output=output,
                directory=directory,
            )
            self._wait(child)
        if child.returncode != 0:
            name = Path(command[0]).name
            raise UpgradeFailed(f"{name} failed: {self._last_words()} (more in {self._log})")

    def wait_for(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run it on a loop of its own. Raises UpgradeCancelled, and what it raises."""
        return asyncio.run(self._watch(coroutine))

    def _is_unwanted(self) -> bool:
        return self._is_cancellable and self._is_cancelled.is_set()

    async def _watch(self, coroutine: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(coroutine)
        while not task.done():
            await asyncio.wait([task], timeout=_LOOK_SECONDS)
            if self._is_unwanted() and not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                self.require_wanted()
        return task.result()

    def _wait(self, child: Popen[bytes]) -> None:
        while True:
            with suppress(TimeoutExpired):
                child.wait(_LOOK_SECONDS)
                return
            if self._is_unwanted():
                self._end(child)
                self.require_wanted()

    def _end(self, child: Popen[bytes]) -> None:
        """With all that it has started in its process group."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(child.pid, number)
            with suppress(TimeoutExpired):
                child.wait(_PATIENCE_SECONDS)
                return

    def _last_words(self) -> str:
        text = self._log.read_bytes()[-_TAIL_BYTES:].decode(errors="replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        telling = [line for line in lines if "rror" in line or "FATAL" in line or "must" in line]
        return (telling or lines or ["it said nothing"])[-1]
