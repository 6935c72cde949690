"""The formulas beside the same queues solved state by state, in exact fractions.

These golden values were computed here, by another method than the formulas use; what others have
printed is in `test_published.py`.
"""

from __future__ import annotations

from fractions import Fraction
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfminute_engine.staffing.erlang_a import ErlangA
from halfminute_engine.staffing.erlang_b import ErlangB, blocking
from halfminute_engine.staffing.erlang_c import ErlangC
from halfminute_engine.staffing.models import Demand
from halfminute_engine.staffing.priority import PriorityQueue
from tests.halfminute_engine.staffing.chain import Chain, poisson_tails
from tests.halfminute_engine.staffing.priority_chain import delay_tail, mean_waits

HANDLE_SECONDS = 240


def demand_of(load: Fraction) -> Demand:
    return Demand(float(load) * 3600 / HANDLE_SECONDS, HANDLE_SECONDS)


loads = st.fractions(Fraction(1, 20), Fraction(12), max_denominator=20)


@given(loads, st.integers(1, 12))
def test_erlang_b_is_the_chain_without_places(load: Fraction, agents: int) -> None:
    exact = Chain(load, agents, Fraction(0), places=0)

    model = ErlangB(demand_of(load), agents)

    assert model.probability_of_wait == pytest.approx(float(exact.probability_of_wait()), rel=1e-12)
    assert model.occupancy * agents == pytest.approx(
        float(sum(n * each for n, each in enumerate(exact.probabilities()))), rel=1e-12
    )


@given(st.fractions(Fraction(1, 20), Fraction(1, 2), max_denominator=20), st.integers(1, 8))
@settings(max_examples=30)
def test_erlang_c_is_the_chain_with_places_for_all(share: Fraction, agents: int) -> None:
    load = share * agents
    exact = Chain(load, agents, Fraction(0), places=60)

    model = ErlangC(demand_of(load), agents)

    assert model.probability_of_wait == pytest.approx(float(exact.probability_of_wait()), rel=1e-12)
    assert model.queue_length == pytest.approx(float(exact.queue_length()), rel=1e-12)
    assert model.asa_seconds / HANDLE_SECONDS == pytest.approx(float(exact.asa()), rel=1e-12)


patiences = st.fractions(Fraction(1, 10), Fraction(2), max_denominator=10)


@given(st.fractions(Fraction(1, 20), Fraction(6), max_denominator=20), st.integers(1, 8), patiences)
@settings(max_examples=20)
def test_erlang_a_is_the_chain_in_which_contacts_leave(
    load: Fraction, agents: int, patience: Fraction
) -> None:
    exact = Chain(load, agents, 1 / patience, places=60)

    model = ErlangA(demand_of(load), agents, float(patience) * HANDLE_SECONDS)

    assert model.probability_of_wait == pytest.approx(float(exact.probability_of_wait()), rel=1e-11)
    assert model.queue_length == pytest.approx(float(exact.queue_length()), rel=1e-11)
    assert model.abandon_ratio == pytest.approx(float(exact.abandon_ratio()), rel=1e-11)
    assert model.asa_seconds / HANDLE_SECONDS == pytest.approx(float(exact.asa()), rel=1e-10)


@pytest.mark.parametrize(
    ("load", "agents", "patience", "places"), [(3, 4, 2, 60), (5, 3, 1, 80), (2, 2, 5, 80)]
)
@pytest.mark.parametrize("time", [0.05, 0.5, 2.0])
def test_erlang_a_answers_within_a_time_as_the_chain_does(
    load: int, agents: int, patience: int, places: int, time: float
) -> None:
    exact = Chain(Fraction(load), agents, Fraction(1, patience), places)

    model = ErlangA(demand_of(Fraction(load)), agents, patience * HANDLE_SECONDS)

    found = model.service_level(time * HANDLE_SECONDS)
    assert found == pytest.approx(exact.answered_within(time, steps=600), abs=1e-9)


@pytest.mark.parametrize("agents", [1, 5, 50, 500, 5_000])
@pytest.mark.parametrize("share", [0.5, 0.95, 1.0, 1.2])
def test_erlang_a_with_a_patience_of_one_handle_time_is_poisson(agents: int, share: float) -> None:
    """Then every contact, waiting or not, stays as long on average, whatever the agents do: the
    number in the system is that of M/M/infinity.
    """
    load = agents * share
    demand = Demand(load * 3600 / HANDLE_SECONDS, HANDLE_SECONDS)

    model = ErlangA(demand, agents, HANDLE_SECONDS)

    # P(N or more) of a Poisson variable, by its ratio to P(N), the way up from there.
    term, above = 1.0, 0.0
    for number in range(agents, agents + 10 * int(load**0.5) + 400):
        above += term
        term *= load / (number + 1)
    at = blocking(load, agents)
    assert model.probability_of_wait == pytest.approx(above * at / (above * at + 1 - at), rel=1e-9)


def test_fifty_agents_forty_eight_calls_a_minute_and_two_minutes_of_patience() -> None:
    """The illustration that Mandelbaum and Zeltyn, and many after them, begin with."""
    exact = Chain(Fraction(48), 50, Fraction(1, 2), places=120)

    patient, impatient = ErlangC(Demand(2880, 60), 50), ErlangA(Demand(2880, 60), 50, 120)

    assert impatient.abandon_ratio == pytest.approx(float(exact.abandon_ratio()), rel=1e-12)
    assert impatient.asa_seconds == pytest.approx(60 * float(exact.asa()), rel=1e-12)
    assert impatient.occupancy == pytest.approx(0.96 * float(1 - exact.abandon_ratio()), rel=1e-12)
    assert (round(patient.asa_seconds, 1), round(impatient.asa_seconds, 1)) == (20.8, 3.6)


def test_priorities_wait_as_in_their_chain() -> None:
    load, agents = [0.5, 0.6], 2
    queue = PriorityQueue(tuple(each * 3600 / HANDLE_SECONDS for each in load), HANDLE_SECONDS, 2)

    exact = mean_waits(load, agents, places=30)

    for rank in (0, 1):
        found = queue.mean_wait_seconds(rank) / HANDLE_SECONDS
        assert found == pytest.approx(exact[rank], rel=1e-6)


@pytest.mark.parametrize("rank", [0, 1, 2])
@pytest.mark.parametrize("time", [0.1, 0.7, 3.0])
def test_priorities_wait_beyond_a_time_as_in_their_chain(rank: int, time: float) -> None:
    load, agents = [0.8, 0.9, 1.0], 4
    queue = PriorityQueue(
        tuple(each * 3600 / HANDLE_SECONDS for each in load), HANDLE_SECONDS, agents
    )

    found = queue.probability_of_wait_beyond(rank, time * HANDLE_SECONDS)

    exact = queue.probability_of_wait * delay_tail(load, agents, rank, time)
    assert found == pytest.approx(exact, abs=2e-7)


def test_the_highest_class_waits_exponentially() -> None:
    queue = PriorityQueue((6, 5), 600, 2)
    rate = 2 / 600 - 6 / 3600

    for seconds in (1, 60, 900):
        exact = queue.probability_of_wait * exp(-rate * seconds)
        assert queue.probability_of_wait_beyond(0, seconds) == pytest.approx(exact, abs=1e-8)


def test_the_tails_of_the_poisson_distribution_that_these_tests_use() -> None:
    tails = poisson_tails(log(2), 4)

    assert tails[0] == pytest.approx(0.5)
    assert tails[1] == pytest.approx(0.5 - 0.5 * log(2))
