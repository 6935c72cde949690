"""Durations tallied so that any threshold can be chosen later, exactly.

A tally keeps how many durations there were, their sum, the longest, and a histogram. Each threshold
has a bucket of its own for durations that equal it to the microsecond, beside the one for those
between it and the threshold below. So both `<=` (answered within 20 s) and `<` (abandoned before
5 s) are exact counts for every threshold, whenever it is chosen.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from halfminute_engine.service_level.errors import InvalidValue, UnknownThreshold
from halfminute_engine.service_level.percentiles import nearest_rank_position

SECOND_US = 1_000_000

_MINUTE, _HOUR = 60, 3_600
_EVERY_SECOND_TO = 2 * _MINUTE
# Every second to two minutes, every 5 s to ten minutes, every minute to an hour, every quarter to
# four hours, every hour to three days: fine where promises are made, and never finer than needed.
THRESHOLDS_SECONDS: tuple[int, ...] = (
    *range(_EVERY_SECOND_TO),
    *range(_EVERY_SECOND_TO, 10 * _MINUTE, 5),
    *range(10 * _MINUTE, _HOUR, _MINUTE),
    *range(_HOUR, 4 * _HOUR, _HOUR // 4),
    *range(4 * _HOUR, 72 * _HOUR + 1, _HOUR),
)
_THRESHOLDS_US = tuple(seconds * SECOND_US for seconds in THRESHOLDS_SECONDS)
_KNOWN = frozenset(THRESHOLDS_SECONDS)


def bucket_of(duration_us: int) -> int:
    """The histogram's bucket for a duration.

    `2 * threshold` holds durations equal to the threshold (in seconds), `2 * threshold - 1` those
    between it and the threshold below, `2 * last + 1` those above the last. The number says what it
    means, so histograms stay readable when thresholds are added between others.
    """
    seconds, rest_us = divmod(duration_us, SECOND_US)
    if seconds < _EVERY_SECOND_TO:
        return 2 * seconds + (rest_us > 0)
    position = bisect_left(_THRESHOLDS_US, duration_us)
    if position == len(_THRESHOLDS_US):
        return 2 * THRESHOLDS_SECONDS[-1] + 1
    is_equal = _THRESHOLDS_US[position] == duration_us
    return 2 * THRESHOLDS_SECONDS[position] - (not is_equal)


@dataclass(slots=True)
class DurationTally:
    """Durations of one kind in one interval: `count`, sum and longest in whole microseconds.

    Two tallies of different intervals add up to the tally of both.
    """

    count: int = 0
    total_us: int = 0
    longest_us: int = 0
    histogram: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, durations_us: Iterable[int]) -> Self:
        """The tally of these durations."""
        tally = cls()
        for duration_us in durations_us:
            tally.add(duration_us)
        return tally

    def add(self, duration_us: int) -> None:
        """Count one more; raises `InvalidValue` when it is negative."""
        if duration_us < 0:
            raise InvalidValue(f"a duration must not be negative: {duration_us}")
        self.count += 1
        # Most waits are none, and a month has millions of them.
        bucket = 0
        if duration_us:
            bucket = bucket_of(duration_us)
            self.total_us += duration_us
            if duration_us > self.longest_us:  # noqa: PLR1730 (calling `max` costs as much as the rest)
                self.longest_us = duration_us
        self.histogram[bucket] = self.histogram.get(bucket, 0) + 1

    def __add__(self, other: Self) -> Self:
        histogram = dict(self.histogram)
        for bucket, count in other.histogram.items():
            histogram[bucket] = histogram.get(bucket, 0) + count
        return type(self)(
            self.count + other.count,
            self.total_us + other.total_us,
            max(self.longest_us, other.longest_us),
            histogram,
        )

    def count_within(self, seconds: int) -> int:
        """How many lasted `seconds` or less (`<=`); raises `UnknownThreshold`."""
        _require_threshold(seconds)
        return self._count_to(2 * seconds)

    def count_below(self, seconds: int) -> int:
        """How many lasted less than `seconds` (`<`); raises `UnknownThreshold`."""
        _require_threshold(seconds)
        return self._count_to(2 * seconds - 1)

    def mean_seconds(self) -> float | None:
        """The arithmetic mean, or None when there is none."""
        return self.total_us / self.count / SECOND_US if self.count else None

    def percentile_threshold_seconds(self, percent: float) -> int | None:
        """The least threshold that so many per cent (nearest rank) lasted no longer than.

        None when the tally is empty, or the percentile lies above the last threshold. Raises
        `InvalidValue` unless 0 < percent <= 100.
        """
        position = nearest_rank_position(percent, self.count)
        reached = 0
        for bucket in sorted(self.histogram):
            reached += self.histogram[bucket]
            if position <= reached:
                threshold = (bucket + 1) // 2
                return threshold if threshold <= THRESHOLDS_SECONDS[-1] else None
        return None

    def _count_to(self, last_bucket: int) -> int:
        return sum(count for bucket, count in self.histogram.items() if bucket <= last_bucket)


def _require_threshold(seconds: int) -> None:
    if seconds not in _KNOWN:
        raise UnknownThreshold(
            f"no count is kept for {seconds} s: whole seconds to 120, steps of 5 s to 600, "
            "whole minutes to an hour, quarters to 4 hours, whole hours to 72"
        )
