"""How many calls of a provider may be under way at once: what its pace can use, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import Final

_FEWEST: Final = 2
_MOST: Final = 16
# So much more than the mean needs, for calls do not come evenly.
_AMPLE: Final = 1.5
# How much the newest call counts for in the mean.
_WEIGHT: Final = 0.1
# Calls that last as long, and on, count before they end; shorter ones may be a hiccup of ours.
_STUCK_SECONDS: Final = 1.0


class Window:
    """By Little's law `rate` calls a second of W seconds each keep rate * W under way.

    More at once would gain nothing; and of each call that is under way when the process dies nobody
    knows how it ended. Calls that do not end widen the window, so that slow ones block nobody. A
    turn lasts longer than its call: what the database takes to store it widens nothing.
    """

    def __init__(self, rate: float, *, clock: Callable[[], float]) -> None:
        """Narrow at first. `clock` counts seconds."""
        self._rate = rate
        self._clock = clock
        self._turns: set[object] = set()
        self._replies: set[object] = set()
        self._called_at: dict[object, float] = {}
        self._mean_seconds = 0.0

    @property
    def has_room(self) -> bool:
        """Whether another turn may begin."""
        return len(self._turns) < self._size

    @property
    def has_room_for_reply(self) -> bool:
        """Whether an agent's reply may begin: it does not wait for bulk that is under way."""
        return len(self._replies) < self._size

    def begin(self, turn: object, *, is_reply: bool = False) -> None:
        """The turn is under way."""
        self._turns.add(turn)
        if is_reply:
            self._replies.add(turn)

    def end(self, turn: object) -> None:
        """The turn is over; nothing happens if it never began."""
        self._turns.discard(turn)
        self._replies.discard(turn)

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Around the call of the provider."""
        call = object()
        self._called_at[call] = self._clock()
        try:
            yield
        finally:
            seconds = self._clock() - self._called_at.pop(call)
            self._mean_seconds += _WEIGHT * (seconds - self._mean_seconds)

    @property
    def _size(self) -> int:
        now, calls = self._clock(), self._called_at.values()
        so_far = sum(now - called_at for called_at in calls) / len(calls) if calls else 0.0
        seconds = max(self._mean_seconds, so_far if so_far >= _STUCK_SECONDS else 0.0)
        return min(_MOST, max(_FEWEST, ceil(self._rate * seconds * _AMPLE)))
