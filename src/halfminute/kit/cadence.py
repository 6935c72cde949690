"""Keeps the turns of a loop apart, so that a crowd is served in groups and a lone one at once."""

from __future__ import annotations

import asyncio


class Cadence:
    """At most one turn in so many seconds."""

    def __init__(self, seconds: float) -> None:
        """The first turn may come at once."""
        self._seconds = seconds
        self._next_at = float("-inf")

    async def wait(self) -> None:
        """Return when `seconds` have passed since the last return; at once if they have."""
        loop = asyncio.get_running_loop()
        left = self._next_at - loop.time()
        if left > 0:
            await asyncio.sleep(left)
        self._next_at = loop.time() + self._seconds
