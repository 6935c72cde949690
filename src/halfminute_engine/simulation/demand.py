"""How many come in each half-hour of a week, from what a planner knows of days and hours.

One curve of the local day, the weight of each day of the week, and where the customers live: a
country of eleven time zones has its morning eleven times.
"""

from __future__ import annotations

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_OF_DAY = 24
HALF_HOURS_OF_WEEK = 7 * HOURS_OF_DAY * 2


def weekly_shape(
    hourly: tuple[float, ...],
    day_weights: tuple[float, ...],
    time_zones: tuple[tuple[int, float], ...] = ((0, 1.0),),
) -> tuple[float, ...]:
    """The relative rate of each half-hour of a week from Monday 0:00 at the centre.

    `hourly` has a weight for each local hour, `day_weights` for each day from Monday; `time_zones`
    has (hours ahead of the centre, share of the customers) pairs.
    """
    return tuple(
        sum(
            share * _local_rate(half_hour // 2 + ahead, hourly, day_weights)
            for ahead, share in time_zones
        )
        for half_hour in range(HALF_HOURS_OF_WEEK)
    )


def rates_per_hour(
    shape: tuple[float, ...], conversations: float, intervals: int
) -> tuple[float, ...]:
    """The shape as arrivals an hour, so that so many come in so many half-hours of it."""
    whole, rest = divmod(intervals, len(shape))
    total = whole * sum(shape) + sum(shape[:rest])
    return tuple(2 * conversations * weight / total for weight in shape)


def _local_rate(hour: int, hourly: tuple[float, ...], day_weights: tuple[float, ...]) -> float:
    day = hour // HOURS_OF_DAY % len(day_weights)
    return hourly[hour % HOURS_OF_DAY] * day_weights[day]
