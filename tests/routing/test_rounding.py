"""A range is said in steps that people use, and holds no less than what was foretold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute.realtime.waits import ExpectedWait
from halfminute.routing.rounding import HOURS, MINUTES, place_of, round_outwards
from halfminute_engine.routing.expected_wait import ExpectedWait as Expected
from halfminute_engine.routing.expected_wait import WaitRange

DAY_SECONDS = 24 * 3600.0
# Where it matters: beside the steps.
beside = st.builds(
    lambda minutes, off: min(DAY_SECONDS, max(0.0, 60 * minutes + off)),
    st.sampled_from([*MINUTES, *(60 * hours for hours in HOURS)]),
    st.floats(-20, 20),
)
seconds = st.one_of(beside, st.floats(0, DAY_SECONDS))


def foretold(low: float, high: float) -> WaitRange:
    return WaitRange(low, (low + high) / 2, high)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, 0, (0, 1)),
        (5, 59, (0, 1)),
        (5, 61, (0, 2)),
        (59, 100, (0, 2)),
        (60, 175, (1, 3)),
        (80, 170, (1, 3)),
        (60, 60, (0, 1)),
        (180, 180, (2, 3)),
        (400, 700, (5, 15)),
        (2400, 6600, (30, 120)),
        (5400, 7201, (60, 180)),
        (2760, 10000, (0, 180)),
        (80000, DAY_SECONDS, (18 * 60, 24 * 60)),
    ],
)
def test_it_is_said_in_steps(low: float, high: float, said: tuple[int, int]) -> None:
    least, most = said
    found = round_outwards(foretold(low, high))
    assert found == ExpectedWait(least_minutes=least, most_minutes=most)


@given(seconds, seconds)
def test_what_is_said_holds_what_was_foretold(one: float, other: float) -> None:
    low, high = sorted((one, other))
    said = round_outwards(foretold(low, high))
    assert said is not None
    assert 60 * said.least_minutes <= low
    assert high <= 60 * said.most_minutes
    assert said.least_minutes < said.most_minutes


@given(seconds, seconds, seconds)
def test_a_later_end_is_never_said_as_an_earlier_one(low: float, one: float, other: float) -> None:
    low, sooner, later = sorted((low, one, other))
    first, second = round_outwards(foretold(low, sooner)), round_outwards(foretold(low, later))
    assert first is not None
    assert second is not None
    assert first.most_minutes <= second.most_minutes


def test_no_step_needs_more_than_one_plural() -> None:
    # "до 21 минуты", but "до 20 минут": there is no 21, 31 or 101 in the words of the screens.
    assert [step for step in (*MINUTES, *HOURS) if step % 10 == 1] == [1]


def test_beyond_a_day_nobody_can_say() -> None:
    assert round_outwards(foretold(10, DAY_SECONDS + 1)) is None
    told = place_of(Expected(7, foretold(10, 1e7)))
    assert told is not None
    assert (told.position, told.expected_wait) == (7, None)
    assert place_of(None) is None
