"""Starts the process that replays a day, tied to this one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from typing import Final
from uuid import UUID

from halfminute.kit.processes.tied import tied_command

DATABASE_VARIABLE: Final = "HALFMINUTE_DATABASE_URL"
_CHILD: Final = "halfminute.workforce.replay.child"
_KEPT: Final = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "TMPDIR", "TZ")


class ReplayStarter:
    """Of one process; the rows say whether any runs, here or elsewhere."""

    def __init__(self, database_url: str) -> None:
        """The replays read and write this database."""
        self._database_url = database_url
        self._children: dict[asyncio.subprocess.Process, asyncio.Task[int]] = {}

    async def start(self, replay_id: UUID) -> None:
        """Begin; how it goes on is in the replay's row."""
        process = await asyncio.create_subprocess_exec(
            *tied_command([sys.executable, "-P", "-m", _CHILD, str(replay_id)]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None,
            env=self._environment(),
            cwd="/",
        )
        waiting = asyncio.create_task(process.wait())
        self._children[process] = waiting
        waiting.add_done_callback(lambda _: self._children.pop(process, None))

    async def close(self) -> None:
        """End those that run: whoever waits for one is told that it was lost."""
        children = dict(self._children)
        for process in children:
            with suppress(ProcessLookupError):
                process.kill()
        await asyncio.gather(*children.values(), return_exceptions=True)

    def _environment(self) -> dict[str, str]:
        """In the environment, because every user of the machine sees a command line."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {**kept, DATABASE_VARIABLE: self._database_url}
