"""The range of an expected wait in the words of people: whole minutes and hours, never narrower."""

from __future__ import annotations

from typing import Final

from halfminute.realtime.waits import ExpectedWait, WaitPlace
from halfminute_engine.routing.expected_wait import ExpectedWait as Expected
from halfminute_engine.routing.expected_wait import WaitRange

# What people say of a time. But for 1 none ends in a 1, and none is said otherwise than "minutes"
# or "hours" after "from 1 to": languages with several plurals need to know no more.
MINUTES: Final = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120)
HOURS: Final = (3, 4, 5, 6, 8, 10, 12, 15, 18, 24)
_HOUR: Final = 60
_STEPS: Final = (*MINUTES, *(hours * _HOUR for hours in HOURS))


def round_outwards(found: WaitRange) -> ExpectedWait | None:
    """The narrowest range of steps around this one; None beyond a day, of which nobody can say."""
    low, high = found.low_seconds / 60, found.high_seconds / 60
    above = [step for step in _STEPS if step >= high and step > 0]
    if not above:
        return None
    most = above[0]
    least = max(step for step in _STEPS if step <= low and step < most)
    if most > MINUTES[-1]:
        least -= least % _HOUR
    return ExpectedWait(least_minutes=least, most_minutes=most)


def place_of(found: Expected | None) -> WaitPlace | None:
    """What is told of an expected wait; None where nothing waits."""
    if found is None:
        return None
    return WaitPlace(
        position=found.position,
        expected_wait=None if found.range is None else round_outwards(found.range),
    )
