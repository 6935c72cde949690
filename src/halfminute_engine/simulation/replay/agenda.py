"""What is to happen and when, the earliest first; of one moment, what was noted first."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any

Action = Callable[[Any], None]


class Agenda:
    """The virtual clock of a replay. `now_us` is the time of what happens just now."""

    def __init__(self, start_us: int) -> None:
        self.now_us = start_us
        self._heap: list[tuple[int, int, Action, Any]] = []
        self._seq = 0

    def begin(self, recorded: list[tuple[int, Action, Any]]) -> None:
        """Note all this at once; what was earlier happens at the start."""
        for due_us, act, subject in recorded:
            self._seq += 1
            self._heap.append((max(due_us, self.now_us), self._seq, act, subject))
        heapify(self._heap)

    def at(self, due_us: int, act: Action, subject: Any) -> None:
        """Let this happen then, or now where that is over."""
        self._seq += 1
        heappush(self._heap, (max(due_us, self.now_us), self._seq, act, subject))

    def advance(self, until_us: int) -> None:
        """Let all happen that is due before this time."""
        heap = self._heap
        while heap and heap[0][0] < until_us:
            self.now_us, _, act, subject = heappop(heap)
            act(subject)
