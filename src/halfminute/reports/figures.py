"""The figures of the wallboard, from what was counted. Pure: every formula is the engine's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from itertools import groupby
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from halfminute.reports.schemas import WallboardFigures, WallboardQuarter
from halfminute.reports.types import Cell, Count, Quarter
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.durations import THRESHOLDS_SECONDS
from halfminute_engine.service_level.outcomes import (
    THREE_MINUTES_SECONDS,
    solved_within_of_answered,
)
from halfminute_engine.service_level.ratios import ratio
from halfminute_engine.service_level.waits import (
    abandon_ratio,
    asa_from_first_queue_seconds,
    asa_seconds,
    longest_wait_seconds,
    mean_wait_seconds,
)

K = TypeVar("K")

# The promise: half a minute, and three.
MEAN_WAIT_SECONDS: Final = 30
SOLVED_WITHIN_SECONDS: Final = THREE_MINUTES_SECONDS
SOLVED_WITHIN_RATIO: Final = 0.98
DEFAULT_TARGET_SECONDS: Final = MEAN_WAIT_SECONDS

WINDOW: Final = timedelta(minutes=14)
HISTORY: Final = timedelta(hours=6)
Targets = Mapping[UUID, int]


class Window(NamedTuple):
    """The minutes that roll: the present one, and the fourteen before it."""

    first_at: datetime
    last_at: datetime


def window_of(as_of: datetime) -> Window:
    """The window of a moment."""
    last_at = as_of.replace(second=0, microsecond=0)
    return Window(last_at - WINDOW, last_at)


def known_target(seconds: int) -> int:
    """The longest threshold that is counted and not longer: most targets are one themselves."""
    return THRESHOLDS_SECONDS[bisect_right(THRESHOLDS_SECONDS, seconds) - 1]


def group_cells(
    cells: Iterable[Cell], key: Callable[[Cell], K], targets: Targets
) -> dict[K, WallboardFigures]:
    """The figures of each group of cells."""
    groups: dict[K, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(key(cell), []).append(cell)
    return {name: figures_of(members, targets) for name, members in groups.items()}


def figures_of(cells: Sequence[Cell], targets: Targets) -> WallboardFigures:
    """The figures of all of these together."""
    waits = _total(cell.waits for cell in cells)
    closings = _total(cell.closings for cell in cells)
    aims = {target_of(cell.queue_id, targets) for cell in cells}
    return WallboardFigures(
        waiting_count=sum(cell.waiting_count for cell in cells),
        waiting_since=min((c.waiting_since for c in cells if c.waiting_since), default=None),
        unanswered_count=sum(cell.unanswered_count for cell in cells),
        answered_count=waits.counters.answered.count,
        mean_wait_seconds=mean_wait_seconds(waits.counters),
        longest_wait_seconds=longest_wait_seconds(waits.counters),
        asa_seconds=asa_seconds(waits.counters),
        asa_from_first_queue_seconds=asa_from_first_queue_seconds(waits.counters),
        service_level=_service_level([(c.queue_id, c.waits.counters) for c in cells], targets),
        target_seconds=aims.pop() if len(aims) == 1 else None,
        abandoned_count=waits.counters.abandoned.count,
        abandon_ratio=abandon_ratio(waits.counters),
        silent_count=closings.silent_count,
        closed_count=closings.counters.offered,
        solved_within_ratio=solved_within_of_answered(closings.counters, SOLVED_WITHIN_SECONDS),
    )


def quarters_of(quarters: Iterable[Quarter], targets: Targets) -> list[WallboardQuarter]:
    """The figures of each quarter of an hour in which anybody came, in their order."""
    ordered = sorted(quarters, key=lambda quarter: quarter.start_at)
    return [
        _quarter(start_at, list(members), targets)
        for start_at, members in groupby(ordered, key=lambda quarter: quarter.start_at)
    ]


def _quarter(start_at: datetime, members: list[Quarter], targets: Targets) -> WallboardQuarter:
    total = reduce(lambda a, b: a + b, (each.counters for each in members))
    return WallboardQuarter(
        start_at=start_at,
        offered_count=total.offered,
        answered_count=total.answered.count,
        abandoned_count=total.abandoned.count,
        mean_wait_seconds=mean_wait_seconds(total),
        service_level=_service_level([(q.queue_id, q.counters) for q in members], targets),
        solved_within_ratio=solved_within_of_answered(total, SOLVED_WITHIN_SECONDS),
    )


def target_of(queue_id: UUID, targets: Targets) -> int:
    """How soon an answer is promised in a queue, in seconds."""
    return known_target(targets.get(queue_id, DEFAULT_TARGET_SECONDS))


def _service_level(
    counted: Iterable[tuple[UUID, ContactCounters]], targets: Targets
) -> float | None:
    """Answered within the targets of their queues / offered: the form answered_of_offered."""
    within = offered = 0
    for queue_id, counters in counted:
        within += counters.answered.count_within(target_of(queue_id, targets))
        offered += counters.offered
    return ratio(within, offered)


def _total(counts: Iterable[Count]) -> Count:
    return sum(counts, start=Count(ContactCounters()))


def fields_of(figures: WallboardFigures) -> dict[str, Any]:
    """The figures by their names, for a row that bears a name as well."""
    return {name: getattr(figures, name) for name in WallboardFigures.__struct_fields__}
