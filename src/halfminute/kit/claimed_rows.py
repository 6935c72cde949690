"""Works on rows that are due, several at once; a lease claims each, so any number may run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, NamedTuple

import asyncpg

from halfminute.kit.database import Database
from halfminute.kit.errors import Unavailable
from halfminute.kit.wakeups import Waker

# The bell may be lost: so often the rows are looked at by themselves.
_LOOK_SECONDS: Final = 5.0


class Claim(NamedTuple):
    """How rows are claimed.

    `rows` is a statement that puts off and returns $1 rows at most, for $2 seconds; `next_due` asks
    for the seconds until another one is due, null for none.
    """

    rows: str
    next_due: str
    lease_seconds: float
    at_once: int


class ClaimedRows:
    """The loop of a worker whose rows wait in a table."""

    def __init__(
        self,
        database: Database,
        bell: Waker,
        claim: Claim,
        work: Callable[[asyncpg.Record], Coroutine[Any, Any, None]],
    ) -> None:
        """`work` gets each row; what it leaves undone is claimed again after the lease."""
        self._database = database
        self._bell = bell
        self._claim = claim
        self._work = work
        self._at_work: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work on what is due until cancelled; the lease gives back what is cut short."""
        try:
            while True:
                try:
                    wait_seconds = await self._start_due()
                except Unavailable:
                    wait_seconds = _LOOK_SECONDS
                await self._bell.wait(wait_seconds)
        finally:
            for task in self._at_work:
                task.cancel()
            await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _start_due(self) -> float:
        free = self._claim.at_once - len(self._at_work)
        if free <= 0:
            return _LOOK_SECONDS
        async with self._database.transaction() as connection:
            rows = await connection.fetch(self._claim.rows, free, self._claim.lease_seconds)
            seconds = await connection.fetchval(self._claim.next_due)
        for row in rows:
            task = asyncio.create_task(self._work(row))
            self._at_work.add(task)
            task.add_done_callback(self._is_over)
        return _LOOK_SECONDS if seconds is None else min(max(seconds, 0.01), _LOOK_SECONDS)

    def _is_over(self, task: asyncio.Task[None]) -> None:
        self._at_work.discard(task)
        self._bell.ring()
