"""Intervals that are narrower by what is known, and hold the truth as often as they say."""

from __future__ import annotations

import pytest

from halfminute_engine.simulation.batch_means import Estimate
from halfminute_engine.simulation.control_variates import controlled_mean
from tests.halfminute_engine.simulation.centres import seeded

BATCHES = 40


def batches_of(seed: int) -> tuple[list[float], list[list[float]]]:
    """Values of mean 3, in which two controls and chance of its own have a part each."""
    chance = seeded(seed)
    draws = [[chance.random() - 0.5 for _ in range(3)] for _ in range(BATCHES)]
    values = [3.0 + 4.0 * first - 2.0 * second + own for first, second, own in draws]
    return values, [[draw[0] for draw in draws], [draw[1] for draw in draws]]


def test_what_the_controls_explain_is_taken_away() -> None:
    values, controls = batches_of(1)
    plain, controlled = controlled_mean(values, []), controlled_mean(values, controls)
    assert plain is not None
    assert controlled is not None
    assert controlled.half_width < plain.half_width / 3
    assert controlled.holds(3.0)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    held = 0
    for seed in range(600):
        estimate = controlled_mean(*batches_of(seed))
        assert estimate is not None
        held += estimate.holds(3.0)
    assert held / 600 == pytest.approx(0.95, abs=0.02)


def test_without_controls_it_is_the_mean_of_the_batches() -> None:
    found = controlled_mean([1.0, 2.0] * 8, [])
    assert found is not None
    assert found.mean == pytest.approx(1.5)
    # Student's 2.131 at 15 degrees, times a deviation of 0.5164, by the root of 16.
    assert found.half_width == pytest.approx(2.131 * 0.5164 / 4, rel=1e-3)


def test_a_value_that_its_controls_explain_wholly_is_sure() -> None:
    chance = seeded(3)
    control = [chance.random() for _ in range(BATCHES)]
    found = controlled_mean([7.0 + 5.0 * each for each in control], [control])
    assert found is not None
    assert found.mean == pytest.approx(7.0)
    assert found.half_width == pytest.approx(0.0, abs=1e-9)


def test_a_control_that_says_nothing_new_changes_nothing() -> None:
    values, (first, second) = batches_of(5)
    twice = [2.0 * each - other for each, other in zip(first, second, strict=True)]
    nothing = [0.0] * BATCHES
    assert controlled_mean(values, [first, second, twice, nothing]) == controlled_mean(
        values, [first, second]
    )


def test_too_few_batches_tell_nothing() -> None:
    assert controlled_mean([1.0] * 11, [[0.0] * 11] * 2) is None
    assert controlled_mean([1.0] * 12, [[0.0] * 12] * 2) == Estimate(1.0, 0.0)
