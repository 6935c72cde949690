"""Keeps the turns of a loop apart, so that a crowd is served in groups and a lone one at once."""

from __future__ import annotations

import asyncio


class Cadence:
    """At most one turn in so many seconds, or in less as long as turns serve few."""

    def __init__(self, seconds: float, *, crowd: int = 1) -> None:
        """A turn that has served `crowd` keeps the next one back for the whole of `seconds`.

        One that has served less keeps it back for its share of it, if `note_served` is told.
        """
        self._seconds = seconds
        self._crowd = crowd
        self._gap = seconds
        self._began_at = float("-inf")

    def note_served(self, count: int) -> None:
        """How many the turn has served that began last."""
        self._gap = self._seconds * min(1.0, count / self._crowd)

    async def wait(self) -> None:
        """Return when the next turn may begin; at once if the last one began long enough ago."""
        loop = asyncio.get_running_loop()
        left = self._began_at + self._gap - loop.time()
        if left > 0:
            await asyncio.sleep(left)
        self._began_at = loop.time()
