"""Drawn times have the mean and the shares that their law says, out of `random()` alone."""

from __future__ import annotations

from math import log

import pytest

from halfminute_engine.simulation.errors import InvalidScenario
from halfminute_engine.simulation.variates import (
    NEVER_US,
    Constant,
    Exponential,
    Law,
    Lognormal,
    Never,
)
from tests.halfminute_engine.simulation.centres import seconds, seeded

DRAWS = 20_000


class Listed:
    """A source of given numbers, over and over; it can do nothing but `random()`."""

    def __init__(self, *numbers: float) -> None:
        self._numbers = numbers
        self._drawn = 0

    def random(self) -> float:
        self._drawn += 1
        return self._numbers[(self._drawn - 1) % len(self._numbers)]


@pytest.mark.parametrize(
    "law",
    [
        Constant(seconds(120)),
        Exponential(seconds(120)),
        Lognormal(seconds(120), 0.5),
        Lognormal(seconds(45), 1.2),
    ],
)
def test_times_have_the_mean_and_shares_of_their_law(law: Law) -> None:
    draw = law.draw_from(seeded(5))
    times = [draw() for _ in range(DRAWS)]
    assert sum(times) / DRAWS == pytest.approx(law.mean_us, rel=0.03)
    for limit_us in (seconds(30), seconds(120), seconds(180)):
        share = sum(time <= limit_us for time in times) / DRAWS
        assert share == pytest.approx(law.share_within(limit_us), abs=0.015)


def test_lognormal_times_have_the_variation_asked_for() -> None:
    draw = Lognormal(seconds(100), 0.5).draw_from(seeded(6))
    times = [draw() for _ in range(DRAWS)]
    mean = sum(times) / DRAWS
    deviation = (sum((time - mean) ** 2 for time in times) / DRAWS) ** 0.5
    assert deviation / mean == pytest.approx(0.5, rel=0.04)


def test_the_exponential_is_the_inverse_of_its_distribution_function() -> None:
    draw = Exponential(seconds(100)).draw_from(Listed(0.0, 0.5))
    assert [draw(), draw()] == [0, round(seconds(100) * log(2))]


def test_the_lognormal_takes_two_numbers_for_two_times() -> None:
    draw = Lognormal(seconds(100), 0.5).draw_from(Listed(0.0, 0.25))
    first, second = draw(), draw()
    # A radius of zero is the median, whatever the angle: mean / sqrt(1 + cv^2).
    assert first == second == round(seconds(100) / 1.25**0.5)


def test_the_published_share_of_handlings_within_three_minutes() -> None:
    """What infinitely many agents would solve in 180 s at a mean of 120 s, by two laws."""
    assert Lognormal(seconds(120), 0.5).share_within(seconds(180)) == pytest.approx(0.863, abs=5e-4)
    assert Exponential(seconds(120)).share_within(seconds(180)) == pytest.approx(0.777, abs=5e-4)


def test_never_is_later_than_anything() -> None:
    assert Never().draw_from(seeded(1))() == NEVER_US
    assert Never().share_within(NEVER_US - 1) == 0


@pytest.mark.parametrize("mean", [0, -1, float("inf"), float("nan")])
def test_a_mean_that_is_none_is_refused(mean: float) -> None:
    with pytest.raises(InvalidScenario, match="mean_seconds"):
        Exponential(mean)
    with pytest.raises(InvalidScenario, match="mean_seconds"):
        Lognormal(mean, 0.5)


def test_a_variation_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidScenario, match="cv"):
        Lognormal(seconds(10), 0)
