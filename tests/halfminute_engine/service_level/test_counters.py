"""Counters of intervals add up, conserve contacts, and come back from plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.service_level.codec import from_plain, to_plain
from halfminute_engine.service_level.counters import (
    HALF_HOUR_US,
    AgentCounters,
    ContactCounters,
    interval_start_us,
)
from halfminute_engine.service_level.errors import MalformedDocument
from tests.halfminute_engine.service_level.contacts import Contact, End, contacts, count

agent_counters = st.builds(AgentCounters, *[st.integers(0, 10**15)] * 11)


@given(contacts, contacts, contacts)
def test_counters_of_intervals_add_up_in_any_grouping_and_order(
    one: list[Contact], two: list[Contact], three: list[Contact]
) -> None:
    a, b, c = count(one), count(two), count(three)

    assert (a + b) + c == a + (b + c) == c + a + b == count([*one, *two, *three])
    assert sum([a, b], start=ContactCounters()) == a + b


@given(agent_counters, agent_counters)
def test_agents_counters_add_up(one: AgentCounters, two: AgentCounters) -> None:
    assert one + two == two + one
    assert (one + two).busy_us == one.busy_us + two.busy_us
    assert (one + two).worked_us == one.worked_us + two.worked_us


@given(contacts)
def test_nobody_is_lost(those: list[Contact]) -> None:
    counters = count(those)

    assert counters.waiting == sum(each.end is End.WAITING for each in those)
    assert counters.offered == counters.waits.count + counters.waiting


@given(contacts, agent_counters)
def test_counters_come_back_from_json(those: list[Contact], agents: AgentCounters) -> None:
    counters = count(those)

    stored = json.loads(json.dumps(to_plain(counters)))

    assert from_plain(ContactCounters, stored) == counters
    assert from_plain(AgentCounters, to_plain(agents)) == agents


def test_what_is_zero_takes_no_room() -> None:
    assert to_plain(ContactCounters()) == {}
    assert to_plain(ContactCounters(offered=1)) == {"offered": 1}


TALLY = {"count": 1, "total_us": 5, "longest_us": 5, "histogram": {"1": 1}}


@pytest.mark.parametrize(
    "stored",
    [
        {"offred": 1},
        {"offered": -1},
        {"offered": True},
        {"offered": 1.0},
        {"answered": 3},
        {"answered": {**TALLY, "count": 2}},
        {"answered": {**TALLY, "mean": 5}},
        {"answered": {**TALLY, "histogram": [1]}},
        {"answered": {**TALLY, "histogram": {"one": 1}}},
        {"answered": {**TALLY, "histogram": {"1": "1"}}},
    ],
)
def test_what_is_not_counters_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(MalformedDocument):
        from_plain(ContactCounters, stored)


def test_an_interval_holds_its_start_and_not_its_end() -> None:
    noon = 86_400_000_000 * 20_000 + 24 * HALF_HOUR_US

    assert interval_start_us(noon) == noon
    assert interval_start_us(noon + HALF_HOUR_US - 1) == noon
    assert interval_start_us(noon + HALF_HOUR_US) == noon + HALF_HOUR_US
    assert interval_start_us(noon + HALF_HOUR_US - 1, HALF_HOUR_US // 2) == noon + HALF_HOUR_US // 2
