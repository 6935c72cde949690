"""What holds for every queue: bounds, limits, identities, and steadiness at any size."""

from __future__ import annotations

from itertools import pairwise
from math import inf, isfinite

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from halfminute_engine.staffing.erlang_a import ErlangA, erlang_a
from halfminute_engine.staffing.erlang_b import ErlangB, blocking, load_for_blocking
from halfminute_engine.staffing.erlang_c import ErlangC
from halfminute_engine.staffing.errors import InvalidValue
from halfminute_engine.staffing.models import Build, Demand
from halfminute_engine.staffing.priority import PriorityQueue, ServiceClass, single_agent_waits

demands = st.builds(Demand, st.floats(0.1, 50_000), st.floats(1, 3_000))
small = st.builds(Demand, st.floats(1, 2_000), st.floats(10, 600))
patiences = st.floats(1, 7_200)
BUILDS: list[Build] = [ErlangB, ErlangC, erlang_a(90)]


def agents_near(demand: Demand, share: float) -> int:
    return max(round(demand.load * share), 1)


shares = st.floats(0.3, 2)


@pytest.mark.parametrize("build", BUILDS)
@given(demand=demands, share=shares, target=st.floats(0, 600))
def test_shares_are_shares_and_waits_are_no_less_than_none(
    build: Build, demand: Demand, share: float, target: float
) -> None:
    model = build(demand, agents_near(demand, share))

    for value in (
        model.probability_of_wait,
        model.abandon_ratio,
        model.occupancy,
        model.service_level(target),
    ):
        assert 0 <= value <= 1 + 1e-12
    assert model.asa_seconds >= 0
    assert model.service_level(target) >= 1 - model.probability_of_wait - 1e-9


@given(demands, shares, patiences)
def test_erlang_a_keeps_its_identities(demand: Demand, share: float, patience: float) -> None:
    model = ErlangA(demand, agents_near(demand, share), patience)

    assert model.mean_wait_seconds == pytest.approx(model.abandon_ratio * patience)
    assert model.queue_length == pytest.approx(demand.arrivals_per_second * model.mean_wait_seconds)
    assert model.occupancy * model.agents == pytest.approx(demand.load * (1 - model.abandon_ratio))
    at_once = 1 - model.probability_of_wait
    assert model.service_level(0) == pytest.approx(at_once, abs=1e-9)
    assert model.service_level(60 * patience) == pytest.approx(1 - model.abandon_ratio, abs=1e-9)
    assert model.abandoned_within(60 * patience) == pytest.approx(model.abandon_ratio, abs=1e-9)
    # Who is answered and who leaves make up all: the mean waits of both, weighed, are that of all.
    assert model.asa_seconds <= model.patience_seconds * (model.agents + demand.load + 2)


@given(small, st.floats(0.7, 1.5), st.floats(20, 600))
def test_the_mean_wait_is_the_area_below_the_waits_beyond(
    demand: Demand, share: float, patience: float
) -> None:
    model = ErlangA(demand, agents_near(demand, share), patience)
    end = 1.0
    while model.probability_of_wait_beyond(end) > 1e-10:
        end *= 2
    beyond = [model.probability_of_wait_beyond(end * number / 400) for number in range(401)]

    # Simpson's rule.
    area = end / 1_200 * (beyond[0] + 4 * sum(beyond[1::2]) + 2 * sum(beyond[2:-1:2]))

    assert area == pytest.approx(model.mean_wait_seconds, rel=1e-4, abs=1e-8)
    assert all(one >= two - 1e-12 for one, two in pairwise(beyond))


@given(small, st.floats(1.05, 2), st.floats(0, 300))
def test_endless_patience_is_erlang_c(demand: Demand, share: float, target: float) -> None:
    agents = agents_near(demand, share)
    assume(demand.load < 0.97 * agents)
    waits, leaves = ErlangC(demand, agents), ErlangA(demand, agents, 1e12)

    assert leaves.probability_of_wait == pytest.approx(waits.probability_of_wait, rel=1e-5)
    assert leaves.asa_seconds == pytest.approx(waits.asa_seconds, rel=1e-5)
    assert leaves.service_level(target) == pytest.approx(waits.service_level(target), abs=1e-5)


@given(small, shares)
def test_no_patience_is_erlang_b(demand: Demand, share: float) -> None:
    agents = agents_near(demand, share)

    loses, leaves = ErlangB(demand, agents), ErlangA(demand, agents, 1e-9)

    assert leaves.abandon_ratio == pytest.approx(loses.abandon_ratio, rel=1e-6)


@pytest.mark.parametrize("build", BUILDS)
@given(demand=demands, share=shares)
def test_one_agent_more_never_serves_worse(build: Build, demand: Demand, share: float) -> None:
    agents = agents_near(demand, share)
    fewer, more = build(demand, agents), build(demand, agents + 1)

    assert more.service_level(20) >= fewer.service_level(20) - 1e-9
    assert more.abandon_ratio <= fewer.abandon_ratio + 1e-12
    assert more.asa_seconds <= fewer.asa_seconds * (1 + 1e-9)
    assert more.occupancy <= fewer.occupancy + 1e-12


@given(small, shares, patiences)
def test_who_leaves_makes_room(demand: Demand, share: float, patience: float) -> None:
    agents = agents_near(demand, share)
    leaves, waits = ErlangA(demand, agents, patience), ErlangC(demand, agents)

    assert leaves.probability_of_wait <= waits.probability_of_wait + 1e-9
    assert leaves.asa_seconds <= waits.asa_seconds * (1 + 1e-9)
    assert blocking(demand.load, agents) <= leaves.probability_of_wait + 1e-9


@given(st.floats(1e-6, 0.99), st.integers(1, 500))
def test_the_load_for_a_blocking_is_blocked_so(ratio: float, agents: int) -> None:
    assert blocking(load_for_blocking(ratio, agents), agents) == pytest.approx(ratio, rel=1e-9)


@pytest.mark.parametrize("agents", [10_000, 100_000])
@pytest.mark.parametrize("share", [0.2, 0.99, 1.0, 1.01, 5.0])
@pytest.mark.parametrize("patience", [1, 180, 1e5])
def test_tens_of_thousands_of_agents_are_no_trouble(
    agents: int, share: float, patience: float
) -> None:
    demand = Demand(agents * share * 30, 120)

    model = ErlangA(demand, agents, patience)

    assert isfinite(model.asa_seconds)
    assert 0 <= model.service_level(30) <= 1
    # A pool of this size is a fluid: what is above the agents leaves, and no more.
    fluid = max(1 - 1 / share, 0)
    assert model.abandon_ratio == pytest.approx(fluid, abs=0.01)


def test_an_overload_has_no_long_run_without_leaving() -> None:
    model = ErlangC(Demand(60, 60), 1)

    assert not model.is_stable
    assert (model.probability_of_wait, model.asa_seconds) == (1, inf)
    assert (model.service_level(1e9), model.occupancy) == (0, 1)
    assert model.probability_of_wait_beyond(1e9) == 1


@given(small, st.floats(1.05, 2), st.floats(0.01, 0.99))
def test_a_percentile_of_the_wait_is_waited_by_that_share(
    demand: Demand, share: float, ratio: float
) -> None:
    agents = agents_near(demand, share)
    assume(demand.load < agents)
    model = ErlangC(demand, agents)

    found = model.wait_percentile_seconds(ratio)

    if found > 0:
        assert model.service_level(found) == pytest.approx(ratio)
    else:
        assert model.service_level(0) >= ratio


rates = st.lists(st.floats(0.5, 300), min_size=1, max_size=5)


@given(rates, st.integers(1, 60))
def test_priorities_move_waits_and_make_none(arrivals: list[float], agents: int) -> None:
    """Kleinrock's conservation law: weighed by load, the waits are those without priorities."""
    demand = Demand(sum(arrivals), 300)
    assume(demand.load < 0.98 * agents)
    queue = PriorityQueue(tuple(arrivals), 300, agents)

    waits = [queue.mean_wait_seconds(rank) for rank in range(len(arrivals))]

    assert waits == sorted(waits)
    total = sum(rate * wait for rate, wait in zip(arrivals, waits, strict=True))
    fifo = ErlangC(demand, agents)
    assert total / sum(arrivals) == pytest.approx(fifo.asa_seconds)


@given(rates, st.integers(1, 60), st.floats(1, 2_000))
def test_a_higher_class_is_served_sooner(arrivals: list[float], agents: int, target: float) -> None:
    assume(sum(arrivals) / 12 < 0.95 * agents)
    queue = PriorityQueue(tuple(arrivals), 300, agents)

    levels = [queue.service_level(rank, target) for rank in range(len(arrivals))]

    assert all(0 <= level <= 1 for level in levels)
    assert all(one >= two - 1e-6 for one, two in pairwise(levels))


def test_a_class_that_is_too_many_leaves_those_above_in_peace() -> None:
    queue = PriorityQueue((6, 60), 600, 2)

    assert queue.mean_wait_seconds(0) == pytest.approx(600)
    assert queue.mean_wait_seconds(1) == inf
    assert queue.service_level(1, 60) == 0
    assert queue.service_level(0, 60) > 0


def test_constant_handle_times_halve_the_wait() -> None:
    varied = [ServiceClass(3, 300, 2 * 300**2), ServiceClass(5, 300, 2 * 300**2)]
    constant = [ServiceClass(3, 300, 300**2), ServiceClass(5, 300, 300**2)]

    halves = [wait / 2 for wait in single_agent_waits(varied)]

    assert single_agent_waits(constant) == pytest.approx(halves)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: Demand(-1, 60),
        lambda: Demand(60, 0),
        lambda: Demand(inf, 60),
        lambda: Demand(float("nan"), 60),
        lambda: ErlangB(Demand(60, 60), 0),
        lambda: ErlangC(Demand(60, 60), 1_000_001),
        lambda: ErlangA(Demand(60, 60), 1, 0),
        lambda: ErlangA(Demand(1e5, 600), 5, 1e12),
        lambda: ErlangC(Demand(60, 60), 2).service_level(-1),
        lambda: ErlangA(Demand(60, 60), 2, 60).service_level(-1),
        lambda: ErlangB(Demand(60, 60), 2).service_level(-1),
        lambda: load_for_blocking(1, 5),
        lambda: load_for_blocking(0.5, 0),
        lambda: blocking(-1, 5),
        lambda: PriorityQueue((), 60, 1),
        lambda: PriorityQueue((1, -1), 60, 1),
        lambda: PriorityQueue((1,), 60, 1).mean_wait_seconds(1),
        lambda: PriorityQueue((1,), 60, 1).service_level(0, -1),
        lambda: single_agent_waits([ServiceClass(60, 60, 3600)]),
    ],
)
def test_what_is_out_of_range_is_refused(refused: Build) -> None:
    with pytest.raises(InvalidValue):
        refused()  # type: ignore[call-arg]
