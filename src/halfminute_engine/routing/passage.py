"""How long it takes until a queue's head has been served with so many before it.

A birth-and-death process: with k others ahead one is served at `rate`, each of the k leaves at
`leaving_rate`, and others come in before at `overtaking_rate`. The wait is the passage from
`ahead` to none, and then the one's own. With neither leaving nor overtaking it is Erlang(ahead + 1,
rate); with overtaking alone a busy period of M/M/1.

The passage from k to k - 1, of mean m(k) and second moment s(k), by its first step, which comes at
d + o where d = rate + k leaving and o = overtaking_rate:

    m(k) = (1 + o m(k+1)) / d
    s(k) = (2 / (d + o) + 2 o (m(k+1) + m(k)) / (d + o) + o (s(k+1) + 2 m(k+1) m(k))) / d

(S. Karlin, J. McGregor, "The classification of birth and death processes", Trans. AMS 86, 1957.)
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

GREATEST_LOAD = 0.97
"""Where nobody leaves, at most this share of the rate is lost to those who overtake."""

FOREVER_SECONDS = 1e7
"""What takes longer for one step is told as this."""

MOST_STATES = 50_000
_BEYOND = 40


@dataclass(frozen=True, slots=True)
class Passage:
    """A time's mean in seconds, and variance."""

    mean_seconds: float
    variance: float


def passage_of(
    ahead: float, rate: float, leaving_rate: float = 0.0, overtaking_rate: float = 0.0
) -> Passage:
    """The wait with `ahead` >= 0 before; rates a second, `rate` above 0.

    Between whole numbers of `ahead` it is a straight line.
    """
    whole = floor(ahead)
    if leaving_rate == 0:
        return _even_passage(ahead + 1, rate, min(overtaking_rate, GREATEST_LOAD * rate))
    mean = variance = 0.0
    top = min(MOST_STATES, _top_state(whole, rate, leaving_rate, overtaking_rate))
    drift = max(rate + top * leaving_rate - overtaking_rate, (1 - GREATEST_LOAD) * rate)
    mean_above, second_above = 1 / drift, 2 / drift**2
    for k in range(top, -1, -1):
        down = rate + k * leaving_rate
        step = down + overtaking_rate
        mean_here = (1 + overtaking_rate * mean_above) / down
        second_here = (
            2 * (1 + overtaking_rate * (mean_above + mean_here)) / step
            + overtaking_rate * (second_above + 2 * mean_above * mean_here)
        ) / down
        if mean_here > FOREVER_SECONDS:
            return Passage(FOREVER_SECONDS, FOREVER_SECONDS**2)
        if k <= whole + 1:
            share = 1.0 if k <= whole else ahead - whole
            mean += share * mean_here
            variance += share * (second_here - mean_here**2)
        mean_above, second_above = mean_here, second_here
    return Passage(mean, variance)


def _even_passage(steps: float, rate: float, overtaking_rate: float) -> Passage:
    drift = rate - overtaking_rate
    return Passage(steps / drift, steps * (rate + overtaking_rate) / drift**3)


def _top_state(whole: int, rate: float, leaving_rate: float, overtaking_rate: float) -> int:
    """From where on the states make no difference any more to those looked at."""
    balanced = max(0.0, 2 * overtaking_rate - rate) / leaving_rate
    return whole + 1 + (ceil_of(balanced) + _BEYOND if overtaking_rate else 0)


def ceil_of(number: float) -> int:
    """The next whole number."""
    return int(-(-number // 1))
