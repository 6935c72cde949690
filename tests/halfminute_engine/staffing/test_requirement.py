"""The least agents for a target, and from agents to a roster."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.staffing.erlang_a import erlang_a
from halfminute_engine.staffing.erlang_b import ErlangB
from halfminute_engine.staffing.erlang_c import ErlangC
from halfminute_engine.staffing.errors import InvalidValue, Unreachable
from halfminute_engine.staffing.models import Build, Demand
from halfminute_engine.staffing.requirement import (
    Requirement,
    Rule,
    Targets,
    least_agents,
    require,
    require_all,
)
from halfminute_engine.staffing.roster import (
    ConcurrencyPoint,
    agents_for_slots,
    most_productive,
    rostered,
    slots_of,
)

ratios = st.floats(0.1, 0.98)
targets = st.one_of(
    st.builds(Targets, service_level=ratios, target_seconds=st.floats(0, 120)),
    st.builds(Targets, asa_seconds=st.floats(0.5, 120)),
    st.builds(Targets, service_level=ratios, asa_seconds=st.floats(1, 60), occupancy=ratios),
    st.builds(Targets, occupancy=ratios),
)


@pytest.mark.parametrize("build", [ErlangB, ErlangC, erlang_a(120)])
@given(demand=st.builds(Demand, st.floats(1, 300), st.floats(20, 200)), wanted=targets)
def test_the_least_is_the_first_that_meets_the_targets(
    build: Build, demand: Demand, wanted: Targets
) -> None:
    first = next(number for number in count(1) if wanted.are_met(build(demand, number)))

    assert least_agents(demand, build, wanted) == first


@given(st.floats(1, 5_000), st.floats(0.005, 0.3))
def test_so_few_leave_and_with_one_agent_less_more(arrivals: float, ratio: float) -> None:
    demand, build = Demand(arrivals, 180), erlang_a(150)

    agents = least_agents(demand, build, Targets(abandon_ratio=ratio))

    assert build(demand, agents).abandon_ratio <= ratio
    assert agents == 1 or build(demand, agents - 1).abandon_ratio > ratio


def test_where_nothing_comes_nobody_is_needed() -> None:
    rule = Rule(ErlangC, Targets(service_level=0.8), shrinkage=0.3)

    assert require(Demand(0, 180), rule) == Requirement(Demand(0, 180), agents=0, rostered=0)


def test_a_cap_on_occupancy_can_ask_for_more_than_the_queue() -> None:
    busy = Demand(9_000, 120)

    by_queue = least_agents(busy, ErlangC, Targets(asa_seconds=30))
    by_both = least_agents(busy, ErlangC, Targets(asa_seconds=30, occupancy=0.85))

    assert by_queue < by_both == 353  # 300 / 0.85, rounded up


def test_intervals_are_required_one_by_one() -> None:
    rule = Rule(ErlangC, Targets(service_level=0.8), shrinkage=0.3)
    morning, noon = Demand(200, 180), Demand(400, 180)

    found = require_all([morning, noon, morning], rule)

    assert found == [require(morning, rule), require(noon, rule), require(morning, rule)]
    assert found[0].agents < found[1].agents < 2 * found[0].agents


def test_chats_are_staffed_by_slots() -> None:
    chats = Demand(200, 600)
    alone = require(chats, Rule(ErlangC, Targets(service_level=0.8)))

    shared = require(chats, Rule(ErlangC, Targets(service_level=0.8), concurrency=2.5))

    assert shared.agents == -(-alone.agents * 2 // 5)


def test_what_no_number_of_agents_reaches_is_said() -> None:
    with pytest.raises(Unreachable, match="more than 500000 agents"):
        least_agents(Demand(3.6e9, 3_600), ErlangC, Targets(service_level=0.8))


@given(st.integers(0, 5_000), st.floats(0, 0.95))
def test_of_those_rostered_enough_are_there_and_with_one_less_not(
    agents: int, shrinkage: float
) -> None:
    people = rostered(agents, shrinkage)

    assert people * (1 - shrinkage) >= agents - 1e-6
    assert (people - 1) * (1 - shrinkage) < agents or people == 0


@given(st.integers(0, 10_000), st.floats(1, 20))
def test_agents_for_slots_have_them_and_with_one_less_not(slots: int, concurrency: float) -> None:
    agents = agents_for_slots(slots, concurrency)

    assert slots_of(agents, concurrency) >= slots
    assert agents == 0 or slots_of(agents - 1, concurrency) < slots


def test_a_quotient_just_above_a_whole_number_is_that_number() -> None:
    assert agents_for_slots(21, 1.4) == 15
    assert rostered(21, 0.3) == 30


def test_more_at_once_is_not_more_done_for_ever() -> None:
    curve = [
        ConcurrencyPoint(1.5, 18 * 60),
        ConcurrencyPoint(2.5, 22 * 60),
        ConcurrencyPoint(3.5, 35 * 60),
    ]

    assert [round(point.contacts_per_hour, 1) for point in curve] == [5.0, 6.8, 6.0]
    assert most_productive(curve) is curve[1]
    assert curve[1].agent_seconds == 528


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"service_level": 1.0},
        {"service_level": 0.0},
        {"asa_seconds": 0},
        {"abandon_ratio": 1.5},
        {"occupancy": -0.1},
        {"service_level": 0.8, "target_seconds": -1},
    ],
)
def test_targets_that_cannot_be_are_refused(fields: dict[str, float]) -> None:
    with pytest.raises(InvalidValue):
        Targets(**fields)


@pytest.mark.parametrize("shrinkage", [-0.1, 1.0, float("nan")])
def test_a_shrinkage_that_leaves_nobody_is_refused(shrinkage: float) -> None:
    with pytest.raises(InvalidValue):
        rostered(10, shrinkage)


def test_a_concurrency_below_one_is_refused() -> None:
    with pytest.raises(InvalidValue):
        slots_of(5, 0.5)
    with pytest.raises(InvalidValue):
        agents_for_slots(5, 0)
    with pytest.raises(InvalidValue):
        most_productive([])
