"""The router's time: the database's at the start of the lease, and from then on a monotonic one."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from halfminute.kit.time import to_us


class RouterClock:
    """Goes on evenly whatever happens to any wall clock, and never behind the journal."""

    def __init__(
        self, started_at: datetime, *, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        """It is `started_at` now."""
        self._monotonic_ns = monotonic_ns
        self._started_us = to_us(started_at)
        self._started_ns = monotonic_ns()

    def set_not_before(self, journalled_us: int) -> None:
        """Put it forward if the journal knows a later time."""
        self._started_us += max(0, journalled_us - self.now_us())

    def now_us(self) -> int:
        """Microseconds since 1970."""
        return self._started_us + (self._monotonic_ns() - self._started_ns) // 1000
