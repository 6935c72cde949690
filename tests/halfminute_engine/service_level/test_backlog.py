"""Backlog obeys its law of conservation between any two moments."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.service_level.backlog import (
    BacklogFlow,
    Span,
    backlog_after,
    backlog_at,
    flow_between,
)
from halfminute_engine.service_level.durations import SECOND_US

moments = st.integers(0, 50)
spans = st.lists(
    st.builds(
        lambda opened, lasts: (opened, None if lasts is None else opened + lasts),
        moments,
        st.none() | moments,
    )
)


@given(spans, moments, moments, moments)
def test_what_was_there_and_came_and_did_not_go_is_there(
    those: list[Span], one: int, two: int, three: int
) -> None:
    start, middle, end = sorted((one, two, three))
    flow = flow_between(those, start, middle) + flow_between(those, middle, end)

    assert flow == flow_between(those, start, end)
    assert backlog_after(backlog_at(those, start).count, flow) == backlog_at(those, end).count


def test_what_is_opened_now_is_open_and_what_is_closed_now_is_not() -> None:
    assert backlog_at([(5, None)], 5).count == 1
    assert backlog_at([(5, 9)], 9).count == 0
    assert backlog_at([(5, 9)], 4).count == 0
    assert flow_between([(5, 9)], 5, 9) == BacklogFlow(opened=0, closed=1)


def test_the_backlog_tells_its_age() -> None:
    open_now = backlog_at([(0, None), (50 * SECOND_US, None)], 60 * SECOND_US)

    assert open_now.mean_seconds() == 35
    assert open_now.longest_us == 60 * SECOND_US
    assert open_now.count - open_now.count_within(30) == 1
