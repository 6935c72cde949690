"""What a day has shown, by queue and as a whole, by the formulas of wallboard and reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, Final, Literal

from halfminute.reports.figures import DEFAULT_TARGET_SECONDS, known_target
from halfminute_engine.routing.values import QueueId
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.outcomes import solved_within_of_answered
from halfminute_engine.service_level.ratios import ratio
from halfminute_engine.service_level.waits import (
    abandon_ratio,
    longest_wait_seconds,
    mean_wait_seconds,
)

SOLVED_SECONDS: Final = 180
Figures = dict[str, Any]
Targets = Mapping[QueueId, int]
Trust = Literal["close", "fair", "poor"]

# By how much a replay may miss what was recorded and still be close; by three times as much, fair.
_CLOSE: Final = {"mean_wait_seconds": 3.0, "service_level": 0.03, "abandon_ratio": 0.01}
_CLOSE_SHARE_OF_WAIT: Final = 0.1
_FAIR: Final = 3


def figures_of(counters: Mapping[QueueId, ContactCounters], targets: Targets) -> Figures:
    """The figures of these queues together.

    `service_level`: answered within the targets of their queues, of all that came.
    """
    total = sum_up(counters.values())
    within = sum(
        each.answered.count_within(target_of(queue_id, targets))
        for queue_id, each in counters.items()
    )
    return {
        "conversations": total.offered,
        "answered": total.answered.count,
        "abandoned": total.abandoned.count,
        "waiting": total.waiting,
        "mean_wait_seconds": mean_wait_seconds(total),
        "longest_wait_seconds": longest_wait_seconds(total),
        "service_level": ratio(within, total.offered),
        "abandon_ratio": abandon_ratio(total),
        "solved_within_180_ratio": solved_within_of_answered(total, SOLVED_SECONDS),
    }


def target_of(queue_id: QueueId, targets: Targets) -> int:
    """How soon an answer is promised in a queue, in seconds, as it is counted."""
    return known_target(targets.get(queue_id, DEFAULT_TARGET_SECONDS))


def sum_up(counters: Iterable[ContactCounters]) -> ContactCounters:
    """All of them together."""
    return reduce(lambda one, other: one + other, counters, ContactCounters())


def judge(recorded: Figures, replayed: Figures) -> Trust:
    """How well the replay comes to what was recorded: its worst figure decides.

    Where one of them cannot be told and the other can, it is poor.
    """
    worst = 0.0
    for name, allowed in _CLOSE.items():
        one, other = recorded[name], replayed[name]
        if one is None and other is None:
            continue
        if one is None or other is None:
            return "poor"
        if name == "mean_wait_seconds":
            allowed = max(allowed, _CLOSE_SHARE_OF_WAIT * one)  # noqa: PLW2901
        worst = max(worst, abs(one - other) / allowed)
    if worst <= 1:
        return "close"
    return "fair" if worst <= _FAIR else "poor"
