"""What it costs to foretell a wait: why it is the follower who is asked, and not the router.

`make bench NAME=forecast`. Floors as those of `decisions`, with 1,000 and 100,000 waiting, of one
class and of many. The first question of a moment looks through all agents and lines, and the others
share that. Times are of this thread's processor.
"""

from __future__ import annotations

import random
import time
from statistics import median
from typing import NamedTuple

from bench.decisions import Day
from bench.report import Figure, percentile, print_result, print_table
from halfminute_engine.routing.values import ConversationId

ASKED = 200
EVENTS = 20_000


class Floor(NamedTuple):
    """How many wait, of how many classes, for how many agents in how many groups."""

    waiting: int
    classes: int
    agents: int
    groups: int


FLOORS = (
    Floor(1_000, 1, 500, 1),
    Floor(1_000, 36, 200, 40),
    Floor(100_000, 1, 500, 1),
    Floor(100_000, 1_000, 5_000, 600),
)


def main() -> None:
    """A row for each floor; the result is that of the largest."""
    rows = [measure(floor) for floor in FLOORS]
    print_table("To foretell one wait", rows)
    print_result(rows[-1])


def measure(floor: Floor) -> dict[str, Figure]:
    """Questions about some who wait, at one moment after a while of the day."""
    day = Day(**floor._asdict(), seed=1, has_rules=False)
    day.live(EVENTS)
    dice = random.Random(1)
    waiting = [ConversationId(item[0]) for item in dice.sample(day.waiting.items, ASKED)]
    clock = time.thread_time_ns
    began = clock()
    forecast = day.router.forecast(day.now_us)
    known = sum(has_range(forecast.expect(each)) for each in waiting[:1])
    first_ms = (clock() - began) / 1e6
    each_ms = []
    for conversation_id in waiting[1:]:
        began = clock()
        known += has_range(forecast.expect(conversation_id))
        each_ms.append((clock() - began) / 1e6)
    return {
        "waiting": floor.waiting,
        "classes": floor.classes,
        "agents": floor.agents,
        "known_ratio": known / ASKED,
        "first_ms": first_ms,
        "p50_ms": median(each_ms),
        "p99_ms": percentile(each_ms, 0.99),
        "decision_us": median(day.nanoseconds) / 1000,
    }


def has_range(found: object) -> bool:
    """Whether a time is told."""
    return getattr(found, "range", None) is not None


if __name__ == "__main__":
    main()
