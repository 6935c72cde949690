"""Whose turn it is between conversations of different queues.

The score of a waiting conversation grows evenly with its wait (its credits counted in), by the
slope of its queue; that is NICE's "acceleration" and, in queueing theory, the accumulating priority
queue (Kleinrock 1964; Stanford, Taylor and Ziedins 2014). The greatest score goes first, and
between equal ones the earliest key. Conversations of the same pace never overtake each other, so
within a line, and between lines of one pace, the key alone decides and nothing is sorted anew;
scores are compared only between the first of each pace, at the moment of the decision.

Since slopes are positive every wait outgrows any newcomer's in time. A greatest wait bounds that:
what has reached it goes behind those of other queues that score more, in the order of its keys.
"""

from __future__ import annotations

from typing import NamedTuple

from halfminute_engine.routing.events import QueueConfigured
from halfminute_engine.routing.queue_rules import PER_MILLE
from halfminute_engine.routing.state import SEQUENCE_BITS

WITHOUT_END = 1 << 200
"""A greatest wait that nobody reaches."""


class Pace(NamedTuple):
    """How fast what waits in a queue gains weight, and up to which wait."""

    slope_per_mille: int = PER_MILLE
    greatest_wait_us: int = WITHOUT_END

    def score(self, key: int, now_us: int) -> int:
        """The weight of a conversation of this key, in microseconds waited times per mille."""
        return -self.place(key, now_us)[0]

    def place(self, key: int, now_us: int) -> tuple[int, int]:
        """By what a conversation of this key is compared with those of any pace, least first."""
        waited_us = now_us - (key >> SEQUENCE_BITS)
        waited_us = min(waited_us, self.greatest_wait_us)
        return -self.slope_per_mille * waited_us, key


EVEN_PACE = Pace()
"""Of a queue that says nothing of it."""


def pace_of(queue: QueueConfigured | None) -> Pace:
    """The pace of what waits in the queue."""
    if queue is None:
        return EVEN_PACE
    greatest_wait_us = queue.greatest_wait_us
    if greatest_wait_us is None:
        greatest_wait_us = WITHOUT_END
    return Pace(queue.slope_per_mille, greatest_wait_us)
