"""Backlog: what is open at a moment, waiting or assigned, and how old it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from halfminute_engine.service_level.durations import DurationTally

Span = tuple[int, int | None]
"""When something was opened, and when it was closed: None while it is open. Microseconds."""


@dataclass(frozen=True, slots=True)
class BacklogFlow:
    """What came into a backlog in one interval and what left it; a reopened one comes in again."""

    opened: int = 0
    closed: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(self.opened + other.opened, self.closed + other.closed)


def backlog_after(before: int, flow: BacklogFlow) -> int:
    """The backlog at the end of an interval: before + opened - closed."""
    return before + flow.opened - flow.closed


def backlog_at(spans: Iterable[Span], at_us: int) -> DurationTally:
    """What is open at the moment, tallied by age; `count` is the backlog.

    Open is opened <= moment < closed: what is opened at the moment is in it, what is closed at it
    is not.
    """
    return DurationTally.of(
        at_us - opened_us
        for opened_us, closed_us in spans
        if opened_us <= at_us and (closed_us is None or at_us < closed_us)
    )


def flow_between(spans: Iterable[Span], start_us: int, end_us: int) -> BacklogFlow:
    """What was opened and closed after `start_us` and up to `end_us`, that one included.

    So backlog at the end = backlog at the start + opened - closed, for any two moments.
    """
    opened = closed = 0
    for opened_us, closed_us in spans:
        opened += start_us < opened_us <= end_us
        closed += closed_us is not None and start_us < closed_us <= end_us
    return BacklogFlow(opened, closed)
