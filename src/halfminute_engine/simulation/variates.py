"""Random times from a source of uniform numbers, by formulas that stand here.

The source is handed in, seeded: `random.Random(seed)`, of which nothing but `random()` is used.
That sequence is the same in every version of Python, while its `expovariate` and `gauss` have
changed. Every time is rounded to whole microseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, erf, exp, log, pi, sin, sqrt
from typing import Protocol

from halfminute_engine.simulation.errors import InvalidScenario

SECOND_US = 1_000_000

NEVER_US = 1 << 62
"""A time after every other."""

Draw = Callable[[], int]
"""Answers the next time, in microseconds."""


class Uniforms(Protocol):
    """A seeded source of numbers that are uniform on [0, 1)."""

    def random(self) -> float:
        """The next number."""
        ...


class Law(Protocol):
    """How long something takes."""

    @property
    def mean_us(self) -> float:
        """The mean, in microseconds."""
        ...

    def draw_from(self, uniforms: Uniforms) -> Draw:
        """Times of this law out of the source."""
        ...

    def share_within(self, limit_us: float) -> float:
        """The share of times that are no longer than this, above 0."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same time."""

    mean_us: int

    def __post_init__(self) -> None:
        if self.mean_us < 0:
            raise InvalidScenario("mean_seconds", "must not be negative")

    def draw_from(self, uniforms: Uniforms) -> Draw:
        """The time itself; the source is left alone."""
        return lambda: self.mean_us

    def share_within(self, limit_us: float) -> float:
        """All or nothing."""
        return float(self.mean_us <= limit_us)


NOTHING = Constant(0)


@dataclass(frozen=True, slots=True)
class Never:
    """A time that does not come: the patience of one who waits for ever."""

    @property
    def mean_us(self) -> float:
        """Without end."""
        return float("inf")

    def draw_from(self, uniforms: Uniforms) -> Draw:
        """Never; the source is left alone."""
        return lambda: NEVER_US

    def share_within(self, limit_us: float) -> float:
        """None of them."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Exponential:
    """-mean * ln(1 - u): the inverse of its distribution function."""

    mean_us: float

    def __post_init__(self) -> None:
        _require_positive("mean_seconds", self.mean_us)

    def draw_from(self, uniforms: Uniforms) -> Draw:
        """One number of the source for each time."""
        random, scale = uniforms.random, -self.mean_us
        return lambda: int(scale * log(1.0 - random()) + 0.5)

    def share_within(self, limit_us: float) -> float:
        """1 - exp(-limit / mean)."""
        return 1.0 - exp(-limit_us / self.mean_us)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """exp(m + s z) of this mean and coefficient of variation, z normal by Box and Muller (1958).

    s^2 = ln(1 + cv^2), m = ln(mean) - s^2 / 2. Of two numbers of the source come two times.
    Handle times are lognormal: Brown et al., "Statistical analysis of a telephone call center",
    JASA 100 (2005).
    """

    mean_us: float
    coefficient_of_variation: float

    def __post_init__(self) -> None:
        _require_positive("mean_seconds", self.mean_us)
        _require_positive("cv", self.coefficient_of_variation)

    def draw_from(self, uniforms: Uniforms) -> Draw:
        """Two numbers of the source for every two times."""
        random = uniforms.random
        variance = log(1.0 + self.coefficient_of_variation**2)
        deviation, median_log = sqrt(variance), log(self.mean_us) - variance / 2.0
        spare: list[float] = []

        def draw() -> int:
            if spare:
                return int(exp(spare.pop()) + 0.5)
            radius = deviation * sqrt(-2.0 * log(1.0 - random()))
            angle = 2.0 * pi * random()
            spare.append(median_log + radius * sin(angle))
            return int(exp(median_log + radius * cos(angle)) + 0.5)

        return draw

    def share_within(self, limit_us: float) -> float:
        """The normal distribution's share below (ln(limit) - m) / s."""
        variance = log(1.0 + self.coefficient_of_variation**2)
        median_log = log(self.mean_us) - variance / 2.0
        return (1.0 + erf((log(limit_us) - median_log) / sqrt(2.0 * variance))) / 2.0


def _require_positive(field: str, value: float) -> None:
    if not 0 < value < float("inf"):
        raise InvalidScenario(field, "must be positive")
