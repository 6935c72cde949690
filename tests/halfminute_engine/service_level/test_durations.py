"""Tallies keep enough to answer every question about a threshold exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.service_level.durations import (
    SECOND_US,
    THRESHOLDS_SECONDS,
    DurationTally,
)
from halfminute_engine.service_level.errors import InvalidValue, UnknownThreshold
from halfminute_engine.service_level.percentiles import nearest_rank
from tests.halfminute_engine.service_level.contacts import durations_us, thresholds


@given(st.lists(durations_us), thresholds)
def test_a_count_equals_a_recount_for_any_threshold(durations: list[int], seconds: int) -> None:
    tally = DurationTally.of(durations)

    assert tally.count_within(seconds) == sum(each <= seconds * SECOND_US for each in durations)
    assert tally.count_below(seconds) == sum(each < seconds * SECOND_US for each in durations)


@given(st.lists(durations_us), st.lists(durations_us), st.lists(durations_us))
def test_tallies_add_up_in_any_grouping_and_order(
    one: list[int], two: list[int], three: list[int]
) -> None:
    a, b, c = DurationTally.of(one), DurationTally.of(two), DurationTally.of(three)

    assert (a + b) + c == a + (b + c) == c + b + a == DurationTally.of(one + two + three)
    assert a + DurationTally() == a


@given(st.lists(durations_us, min_size=1), st.floats(0.01, 100))
def test_a_percentile_threshold_is_the_least_that_holds_the_percentile(
    durations: list[int], percent: float
) -> None:
    exact_us = nearest_rank(durations, percent)
    assert exact_us is not None

    threshold = DurationTally.of(durations).percentile_threshold_seconds(percent)

    holding = [each for each in THRESHOLDS_SECONDS if exact_us <= each * SECOND_US]
    assert threshold == (holding[0] if holding else None)


def test_a_duration_that_equals_a_threshold_is_within_it_and_not_below_it() -> None:
    tally = DurationTally.of([20 * SECOND_US])

    assert (tally.count_within(20), tally.count_below(20)) == (1, 0)
    assert (tally.count_within(19), tally.count_below(21)) == (0, 1)


@pytest.mark.parametrize(
    ("seconds", "threshold"),
    [(0, 0), (0.000001, 1), (119.5, 120), (120, 120), (120.5, 125), (599, 600), (601, 660)],
)
def test_a_percentile_is_told_by_the_next_threshold(seconds: float, threshold: int) -> None:
    tally = DurationTally.of([round(seconds * SECOND_US)])

    assert tally.percentile_threshold_seconds(50) == threshold


def test_a_merge_leaves_both_tallies_as_they_were() -> None:
    one, two = DurationTally.of([SECOND_US]), DurationTally.of([SECOND_US, 2 * SECOND_US])

    assert (one + two).count == 3
    assert one == DurationTally.of([SECOND_US])
    assert two == DurationTally.of([SECOND_US, 2 * SECOND_US])


def test_a_negative_duration_is_refused_and_counts_nothing() -> None:
    tally = DurationTally()

    with pytest.raises(InvalidValue):
        tally.add(-1)

    assert tally == DurationTally()


@pytest.mark.parametrize("seconds", [-1, 121, 72 * 3600 + 1])
def test_a_threshold_without_a_count_is_refused(seconds: int) -> None:
    with pytest.raises(UnknownThreshold, match=f"no count is kept for {seconds} s"):
        DurationTally().count_within(seconds)
    with pytest.raises(UnknownThreshold):
        DurationTally().count_below(seconds)


def test_an_empty_tally_has_neither_mean_nor_percentile() -> None:
    assert DurationTally().mean_seconds() is None
    assert DurationTally().percentile_threshold_seconds(95) is None


def test_the_mean_and_the_longest_are_exact() -> None:
    tally = DurationTally.of([1_500_000, 2_500_000])

    assert tally.mean_seconds() == 2
    assert tally.longest_us == 2_500_000
