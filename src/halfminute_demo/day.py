"""The town's day: how often people write at each hour, and how fast the hours pass."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from halfminute_demo.data_files import read_data

HOUR_SECONDS: Final = 3600.0
DAY_SECONDS: Final = 24 * HOUR_SECONDS

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def read_clock(text: str) -> float:
    """HH:MM as seconds after midnight. Raises ValueError."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no time of a day: write it as 09:30")
    return int(found[1]) * HOUR_SECONDS + int(found[2]) * 60


@cache
def hourly_weights() -> tuple[float, ...]:
    """How busy each hour is; their mean is 1."""
    told = read_data("day.toml")["hours"]
    mean = sum(told) / len(told)
    return tuple(hour / mean for hour in told)


@dataclass(frozen=True, slots=True)
class Day:
    """A clock that begins at `start_seconds` after midnight and runs `speed` times too fast.

    People's own seconds, in which the town is planned, are not faster: at speed 60 a day passes in
    24 of their minutes, and they type as ever.
    """

    start_seconds: float = 10 * HOUR_SECONDS
    speed: float = 1.0

    def time_at(self, seconds: float) -> str:
        """What the town's clocks show `seconds` after the start, as HH:MM."""
        minutes = int(self._clock(seconds) // 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"

    def seconds_of(self, clock_seconds: float) -> float:
        """How many of people's seconds a stretch of the town's clock takes."""
        return clock_seconds / self.speed

    def weight_at(self, seconds: float) -> float:
        """How busy it is then; 1 in the mean over a day."""
        return hourly_weights()[int(self._clock(seconds) // HOUR_SECONDS)]

    def after(self, seconds: float, mean_seconds: float) -> float:
        """When as much of the load has passed as fills `mean_seconds` of a mean hour.

        With exponential `mean_seconds` arrivals are a Poisson process that follows the curve.
        """
        left = mean_seconds
        while True:
            weight = self.weight_at(seconds)
            until_hour = HOUR_SECONDS - self._clock(seconds) % HOUR_SECONDS
            passes = self.seconds_of(until_hour)
            if left <= passes * weight:
                return seconds + left / weight
            left -= passes * weight
            # A little beyond the hour, so that rounding never leaves us before it.
            seconds += passes + 1e-9 * (1 + abs(seconds))

    def _clock(self, seconds: float) -> float:
        return (self.start_seconds + seconds * self.speed) % DAY_SECONDS
