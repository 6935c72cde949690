"""Whether anybody is there for a visitor: told to many who ask, looked up seldom."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple
from uuid import UUID

from halfminute.agents.queries import is_queue_attended
from halfminute.kit.database import Database
from halfminute.kit.errors import Unavailable
from halfminute.kit.time import utc_now
from halfminute.queues.hours import is_queue_open

_TRUE_SECONDS: Final = 5.0


class _Known(NamedTuple):
    is_attended: bool
    until: float


class Attendance:
    """Remembers for a few seconds which queues are served."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is known before somebody asks."""
        self._database = database
        self._clock = clock
        self._known: dict[UUID, _Known] = {}

    async def is_attended(self, queue_id: UUID | None) -> bool:
        """Whether the queue is open and an agent who serves it is at work; nobody serves no queue.

        While the database is away it is what it was, and before that nobody says that nobody is
        there.
        """
        if queue_id is None:
            return False
        known = self._known.get(queue_id)
        if known is None or known.until <= self._clock():
            if known is not None:
                # Who asks meanwhile waits for nobody.
                self._known[queue_id] = known._replace(until=self._clock() + _TRUE_SECONDS)
            known = self._known[queue_id] = await self._look(queue_id, known)
        return known.is_attended

    async def _look(self, queue_id: UUID, known: _Known | None) -> _Known:
        try:
            async with self._database.connection() as connection:
                is_attended = await is_queue_open(
                    connection, queue_id, utc_now()
                ) and await is_queue_attended(connection, queue_id)
        except Unavailable:
            is_attended = known is None or known.is_attended
        return _Known(is_attended, self._clock() + _TRUE_SECONDS)
