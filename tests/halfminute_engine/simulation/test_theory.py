"""The router itself, in simulation, gives what queueing theory says. `bench/theory.py` has more."""

from __future__ import annotations

from dataclasses import replace

from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.simulation.batch_means import Estimate
from halfminute_engine.simulation.results import SimulationResult
from halfminute_engine.simulation.scenario import NEVER, Scenario
from halfminute_engine.simulation.simulate import simulate
from halfminute_engine.simulation.variates import Exponential
from tests.halfminute_engine.simulation.centres import call_centre, seconds, seeded

TALK_SECONDS = 100
CONFIDENCE = 0.99


def waits_seconds(counters: ContactCounters) -> float:
    return counters.waits.total_us / 1e6


def offered(counters: ContactCounters) -> float:
    return counters.offered


def delayed(counters: ContactCounters) -> float:
    return counters.offered - counters.waits.count_within(0)


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


def run(
    *,
    servers: int,
    load: float,
    hours: int,
    patience: float | None = None,
    urgent_share: float = 0.0,
) -> SimulationResult:
    scenario = call_centre(
        servers=servers,
        arrivals_per_hour=3_600 / TALK_SECONDS * load,
        talk=Exponential(seconds(TALK_SECONDS)),
        patience=NEVER if patience is None else Exponential(seconds(TALK_SECONDS * patience)),
        hours=hours,
        warm_up_hours=hours // 20,
    )
    if urgent_share:
        scenario = with_urgent_calls(scenario, urgent_share)
    return simulate(scenario, seeded(20))


def with_urgent_calls(scenario: Scenario, share: float) -> Scenario:
    """The same with a share of the calls before all others, however long those have waited."""
    (calls,), (stream,) = scenario.classes, scenario.streams
    urgent = replace(calls, name="urgent", priority_credit_us=scenario.horizon_us)
    mix = (("calls", 1 - share), ("urgent", share))
    return replace(scenario, classes=(calls, urgent), streams=(replace(stream, mix=mix),))


def mean_wait(result: SimulationResult, class_name: str | None = None) -> Estimate:
    found = result.estimate(waits_seconds, offered, class_name=class_name, confidence=CONFIDENCE)
    assert found is not None
    return found


def test_many_servers_without_impatience() -> None:
    result = run(servers=8, load=5.6, hours=120)
    exact = erlang_c(8, 5.6)
    found = result.estimate(delayed, offered, confidence=CONFIDENCE)
    assert found is not None
    assert found.holds(exact)
    assert found.relative_width < 0.25
    wait = mean_wait(result)
    assert wait.holds(exact * TALK_SECONDS / (8 - 5.6))
    assert wait.relative_width < 0.6


def test_those_with_priority_wait_as_cobham_says() -> None:
    """W1 = C / (c mu (1 - rho1)), W2 = W1 / (1 - rho): Cobham, Operations Research 2 (1954)."""
    result = run(servers=6, load=4.8, hours=120, urgent_share=0.4)
    urgent = erlang_c(6, 4.8) * TALK_SECONDS / 6 / (1 - 0.4 * 0.8)
    assert mean_wait(result, "urgent").holds(urgent)
    assert mean_wait(result, "urgent").relative_width < 0.4
    assert mean_wait(result, "calls").holds(urgent / (1 - 0.8))
    assert mean_wait(result, "calls").relative_width < 0.8


def test_impatient_customers_at_full_load() -> None:
    result = run(servers=10, load=10.0, patience=1.5, hours=80)
    exact = erlang_a_abandoning(10, 10.0, 1.5)
    found = result.estimate(abandoned, offered, confidence=CONFIDENCE)
    assert found is not None
    assert found.holds(exact)
    assert found.relative_width < 0.25
    # P(abandon) = E[W] / mean patience, on the same path.
    assert mean_wait(result).holds(exact * TALK_SECONDS * 1.5)
