"""How many calls of a provider may be under way at once: what its pace can use, and no more."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Final

_FEWEST: Final = 2
_MOST: Final = 16
# So much more than the mean needs, for calls do not come evenly.
_AMPLE: Final = 1.5
# How much the newest call counts for in the mean.
_WEIGHT: Final = 0.1


class Window:
    """By Little's law `rate` calls a second of W seconds each keep rate * W under way.

    More at once would gain nothing; and of each call that is under way when the process dies nobody
    knows how it ended. Calls that do not end widen the window, so that slow ones block nobody.
    """

    def __init__(self, rate: float, *, clock: Callable[[], float]) -> None:
        """Narrow at first. `clock` counts seconds."""
        self._rate = rate
        self._clock = clock
        self._begun: dict[object, float] = {}
        self._mean_seconds = 0.0

    @property
    def has_room(self) -> bool:
        """Whether another call may begin."""
        return len(self._begun) < self._size

    def begin(self, call: object) -> None:
        """The call is under way."""
        self._begun[call] = self._clock()

    def end(self, call: object) -> None:
        """The call is over; nothing happens if it never began."""
        begun_at = self._begun.pop(call, None)
        if begun_at is not None:
            self._mean_seconds += _WEIGHT * (self._clock() - begun_at - self._mean_seconds)

    @property
    def _size(self) -> int:
        now, count = self._clock(), len(self._begun)
        so_far = sum(now - begun_at for begun_at in self._begun.values()) / count if count else 0.0
        seconds = max(self._mean_seconds, so_far)
        return min(_MOST, max(_FEWEST, ceil(self._rate * seconds * _AMPLE)))
