"""Intervals that hold the truth as often as they say."""

from __future__ import annotations

import pytest

from halfminute_engine.simulation.batch_means import Estimate, ratio_of_sums, student_quantile
from tests.halfminute_engine.simulation.centres import seeded


@pytest.mark.parametrize(
    ("confidence", "degrees", "printed"),
    [  # Abramowitz and Stegun, table 26.10
        (0.90, 9, 1.833),
        (0.95, 10, 2.228),
        (0.95, 29, 2.045),
        (0.99, 20, 2.845),
        (0.99, 29, 2.756),
        (0.99, 120, 2.617),
    ],
)
def test_student_quantiles_are_those_of_the_tables(
    confidence: float, degrees: int, printed: float
) -> None:
    assert student_quantile(confidence, degrees) == pytest.approx(printed, abs=1.5e-3)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Batches of different sizes whose values have mean 3: about 95 of 100 intervals hold it."""
    chance = seeded(4)
    held = 0
    for _ in range(400):
        sizes = [20 + int(20 * chance.random()) for _ in range(30)]
        pairs = [(sum(6 * chance.random() for _ in range(size)), float(size)) for size in sizes]
        estimate = ratio_of_sums(pairs)
        assert estimate is not None
        held += estimate.holds(3.0)
    assert held / 400 == pytest.approx(0.95, abs=0.025)


def test_too_few_batches_tell_nothing() -> None:
    assert ratio_of_sums([(1.0, 2.0)] * 9) is None
    assert ratio_of_sums([(1.0, 2.0)] * 10) == Estimate(0.5, 0.0)


def test_nothing_to_divide_by_tells_nothing() -> None:
    assert ratio_of_sums([(0.0, 0.0)] * 20) is None
    assert ratio_of_sums([(1.0, 5.0), *[(0.0, 0.0)] * 20]) is None
