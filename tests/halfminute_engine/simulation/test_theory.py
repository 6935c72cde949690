"""The router itself, in simulation, gives what queueing theory says. `bench/theory.py` has more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from math import exp

import pytest

from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.simulation.batch_means import Estimate
from halfminute_engine.simulation.drawn_controls import estimate_by_controls
from halfminute_engine.simulation.results import SimulationResult
from halfminute_engine.simulation.scenario import NEVER, ArrivalStream, Scenario
from halfminute_engine.simulation.simulate import simulate
from halfminute_engine.simulation.variates import NOTHING, Constant, Exponential, Law
from tests.halfminute_engine.simulation.centres import busy_centre, call_centre, seconds, seeded

TALK_SECONDS = 100
CONFIDENCE = 0.99


def waits_seconds(counters: ContactCounters) -> float:
    return counters.waits.total_us / 1e6


def delayed(counters: ContactCounters) -> float:
    return counters.offered - counters.waits.count_within(0)


def within_20_seconds(counters: ContactCounters) -> float:
    return counters.answered.count_within(20)


def abandoned(counters: ContactCounters) -> float:
    return counters.abandoned.count


def erlang_c(servers: int, load: float) -> float:
    """Probability of waiting in M/M/c, by the recursion of Erlang B."""
    blocking = 1.0
    for count in range(1, servers + 1):
        blocking = load * blocking / (count + load * blocking)
    return blocking / (1 - load / servers * (1 - blocking))


def erlang_a_abandoning(servers: int, load: float, patience: float) -> float:
    """Share abandoning in M/M/c+M: the balance equations of its birth and death chain, solved.

    `patience` is the mean, in mean handle times.
    """
    weight, total, leaving = 1.0, 1.0, 0.0
    for present in range(1, 2_000):
        waiting = max(0, present - servers)
        weight *= load / (min(present, servers) + waiting / patience)
        total += weight
        leaving += weight * waiting / patience
    return leaving / total / load


@cache
def run(
    *,
    servers: int,
    load: float,
    hours: int,
    patience: float | None = None,
    urgent_share: float = 0.0,
    accept_delay: Law = NOTHING,
) -> SimulationResult:
    scenario = call_centre(
        servers=servers,
        arrivals_per_hour=3_600 / TALK_SECONDS * load,
        talk=Exponential(seconds(TALK_SECONDS)),
        patience=NEVER if patience is None else Exponential(seconds(TALK_SECONDS * patience)),
        hours=hours,
        warm_up_hours=hours // 30,
        accept_delay=accept_delay,
    )
    scenario = replace(scenario, interval_us=scenario.horizon_us // 60)
    if urgent_share:
        scenario = with_urgent_calls(scenario, urgent_share)
    return simulate(scenario, seeded(20))


def with_urgent_calls(scenario: Scenario, share: float) -> Scenario:
    """The same with a share of the calls before all others, however long those have waited."""
    (calls,), (stream,) = scenario.classes, scenario.streams
    urgent = replace(calls, name="urgent", priority_credit_us=scenario.horizon_us)
    mix = (("calls", 1 - share), ("urgent", share))
    return replace(scenario, classes=(calls, urgent), streams=(replace(stream, mix=mix),))


def estimate(
    result: SimulationResult,
    counted: Callable[[ContactCounters], float],
    class_name: str | None = None,
) -> Estimate:
    found = estimate_by_controls(result, counted, class_name=class_name, confidence=CONFIDENCE)
    assert found is not None
    return found


def test_many_servers_without_impatience() -> None:
    result = run(servers=8, load=5.6, hours=120)
    exact = erlang_c(8, 5.6)
    found = estimate(result, delayed)
    assert found.holds(exact)
    assert found.relative_width < 0.18
    wait = estimate(result, waits_seconds)
    assert wait.holds(exact * TALK_SECONDS / (8 - 5.6))
    assert wait.relative_width < 0.5
    # First come, first served: those who wait do so exponentially, at what is free of the servers.
    served = estimate(result, within_20_seconds)
    assert served.holds(1 - exact * exp(-(8 - 5.6) * 20 / TALK_SECONDS))
    assert served.relative_width < 0.07


def test_one_server() -> None:
    result = run(servers=1, load=0.5, hours=1_200)
    found = estimate(result, waits_seconds)
    assert found.holds(TALK_SECONDS * 0.5 / (1 - 0.5))
    assert found.relative_width < 0.2


def test_those_with_priority_wait_as_cobham_says() -> None:
    """W1 = C / (c mu (1 - rho1)), W2 = W1 / (1 - rho): Cobham, Operations Research 2 (1954)."""
    result = run(servers=6, load=4.8, hours=120, urgent_share=0.4)
    urgent = erlang_c(6, 4.8) * TALK_SECONDS / 6 / (1 - 0.4 * 0.8)
    first, second = (estimate(result, waits_seconds, name) for name in ("urgent", "calls"))
    assert first.holds(urgent)
    assert first.relative_width < 0.3
    assert second.holds(urgent / (1 - 0.8))
    assert second.relative_width < 0.6


@pytest.mark.parametrize(
    ("servers", "load", "patience", "hours", "width"),
    [(10, 10.0, 1.5, 80, 0.12), (20, 24.0, 0.5, 24, 0.08), (30, 30.0, 1.0, 24, 0.24)],
)
def test_impatient_customers(
    servers: int, load: float, patience: float, hours: int, width: float
) -> None:
    """At full load, overloaded, and with as many servers as load (Halfin and Whitt's beta of 0)."""
    result = run(servers=servers, load=load, patience=patience, hours=hours)
    exact = erlang_a_abandoning(servers, load, patience)
    found = estimate(result, abandoned)
    assert found.holds(exact)
    assert found.relative_width < width
    # P(abandon) = E[W] / mean patience, on the same path.
    assert estimate(result, waits_seconds).holds(exact * TALK_SECONDS * patience)


def test_controls_explain_nothing_away_that_is_wrong() -> None:
    """Agents who ring for five seconds are no M/M/c any more, and the figures say so."""
    result = run(servers=8, load=5.6, hours=120, accept_delay=Constant(seconds(5)))
    exact = erlang_c(8, 5.6)
    assert estimate(result, waits_seconds).low > exact * TALK_SECONDS / (8 - 5.6)


def test_controls_make_intervals_narrower() -> None:
    result = run(servers=10, load=10.0, patience=1.5, hours=80)
    plain = result.estimate(abandoned, lambda counters: counters.offered, confidence=CONFIDENCE)
    assert plain is not None
    assert estimate(result, abandoned).relative_width < 0.7 * plain.relative_width


def test_nothing_is_told_of_what_is_not_steady_or_not_over() -> None:
    assert estimate_by_controls(simulate(busy_centre(), seeded(1)), abandoned) is None
    steady = call_centre(servers=8, arrivals_per_hour=200.0, hours=6)
    swamped = replace(steady, streams=(ArrivalStream((400.0,), 3_600_000_000, (("calls", 1.0),)),))
    for scenario, is_told in ((steady, True), (swamped, False)):
        result = simulate(replace(scenario, interval_us=seconds(900)), seeded(1))
        assert (estimate_by_controls(result, waits_seconds) is not None) is is_told
