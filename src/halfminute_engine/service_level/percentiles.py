"""The one percentile used everywhere: nearest rank.

The p-th percentile of N ordered values is the value at position ceil(p / 100 x N), counted from
one: always a value that occurred, never one between two. (Hyndman & Fan, "Sample Quantiles in
Statistical Packages", The American Statistician 50 (1996), definition 1.)
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import TypeVar

from halfminute_engine.service_level.errors import InvalidValue

N = TypeVar("N", int, float)

# 99.9 per cent of 1,000 is 999, whatever binary fractions make of it.
_ROUNDING = 1e-9


def nearest_rank_position(percent: float, count: int) -> int:
    """Which of `count` ordered values it is, from one; 0 when there are none.

    Raises `InvalidValue` unless 0 < percent <= 100.
    """
    if not 0 < percent <= 100:
        raise InvalidValue(f"a percentile is above 0 and at most 100: {percent}")
    return min(count, max(ceil(percent * count / 100 - _ROUNDING), 1))


def nearest_rank(values: Iterable[N], percent: float) -> N | None:
    """The percentile of the values, in any order; None when there are none."""
    ordered = sorted(values)
    position = nearest_rank_position(percent, len(ordered))
    return ordered[position - 1] if ordered else None
