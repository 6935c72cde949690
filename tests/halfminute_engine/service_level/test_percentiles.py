"""Nearest rank, the one percentile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.service_level.errors import InvalidValue
from halfminute_engine.service_level.percentiles import nearest_rank, nearest_rank_position


@pytest.mark.parametrize(
    ("percent", "expected"), [(5, 15), (30, 20), (40, 20), (50, 35), (100, 50)]
)
def test_the_ordered_list_of_five(percent: float, expected: int) -> None:
    """Wikipedia, "Percentile", The nearest-rank method, example 1: 15, 20, 35, 40, 50."""
    assert nearest_rank([50, 15, 40, 20, 35], percent) == expected


def test_a_fraction_of_a_per_cent_is_not_lost_to_binary_rounding() -> None:
    assert [nearest_rank_position(99.9, 1_000), nearest_rank_position(0.07, 10_000)] == [999, 7]
    assert nearest_rank_position(99.9, 1_001) == 1_000


@given(st.lists(st.integers(), min_size=1), st.floats(0.001, 100))
def test_it_is_a_value_that_occurred_and_so_many_are_at_or_below_it(
    values: list[int], percent: float
) -> None:
    found = nearest_rank(values, percent)

    assert found in values
    below = sum(each < found for each in values)
    assert below * 100 < percent * len(values) + 1e-6
    assert (len(values) - sum(each > found for each in values)) * 100 >= percent * len(
        values
    ) - 1e-6


def test_none_of_none() -> None:
    assert nearest_rank([], 50) is None


@pytest.mark.parametrize("percent", [0, -1, 100.1, float("nan")])
def test_a_percentile_off_the_scale_is_refused(percent: float) -> None:
    with pytest.raises(InvalidValue):
        nearest_rank([1], percent)
