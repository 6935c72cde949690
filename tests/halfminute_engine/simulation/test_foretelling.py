"""What customers are told of their wait comes true as often as it says."""

from __future__ import annotations

import pytest

from bench import expected_wait
from halfminute_engine.routing.expected_wait import WaitRange
from halfminute_engine.simulation.foretelling import ForetellingKernel, Foretold, coverage_of
from halfminute_engine.simulation.variates import Exponential, Law, Lognormal
from tests.halfminute_engine.simulation.centres import (
    TALK,
    busy_centre,
    call_centre,
    kernel_of,
    seconds,
    seeded,
)

LEAST, MOST = 0.75, 0.85
RANGE = WaitRange(10, 20, 30)


def told(waited_seconds: float, *, has_left: bool = False) -> Foretold:
    return Foretold("calls", 1, RANGE, 0, waited_us=seconds(waited_seconds), has_left=has_left)


def test_without_those_who_leave_it_is_a_plain_count() -> None:
    coverage = coverage_of([told(5), told(10), told(20), told(30), told(31)])
    assert coverage.below_ratio == pytest.approx(0.2)
    assert coverage.coverage_ratio == pytest.approx(0.6)
    assert coverage.above_ratio == pytest.approx(0.2)
    assert coverage.width_seconds == 20


def test_who_leaves_is_shared_out_among_those_who_waited_longer() -> None:
    """Of four one is answered at 5; one leaves at 15: the last two count for a half more each."""
    coverage = coverage_of([told(5), told(15, has_left=True), told(25), told(40)])
    assert coverage.left_count == 1
    assert coverage.below_ratio == pytest.approx(0.25)
    assert coverage.coverage_ratio == pytest.approx(0.375)
    assert coverage.above_ratio == pytest.approx(0.375)


def test_agents_who_are_shared_with_the_more_urgent_widen_no_range() -> None:
    """Who overtakes does so at some of the agents only: the range is not that of all of them."""
    case = expected_wait.Case(5, 0.95, "lognormal", is_shared=True)
    kernel = ForetellingKernel(expected_wait.scenario_of(case, 0.06), seeded(3))
    told = [each for each in kernel.finish() if each.class_name == "calls"]
    coverage = coverage_of([each for each in told if not each.is_midway])
    assert coverage.count > 1000
    assert LEAST <= coverage.coverage_ratio <= MOST


def test_asking_changes_no_command() -> None:
    asked = ForetellingKernel(busy_centre(hours=1), seeded(1))
    asked.finish()
    plain = kernel_of(busy_centre(hours=1))
    plain.advance(plain.scenario.horizon_us)
    assert asked.told
    assert asked.command_hash.hexdigest() == plain.command_hash.hexdigest()


@pytest.mark.parametrize("is_midway", [False, True])
@pytest.mark.parametrize("talk", [TALK, Lognormal(seconds(100), 1.2)], ids=["even", "lognormal"])
def test_four_waits_of_five_are_within_the_range(talk: Law, *, is_midway: bool) -> None:
    scenario = call_centre(
        servers=8,
        arrivals_per_hour=8 * 36 * 0.95,
        talk=talk,
        hours=40,
        warm_up_hours=2,
        patience=Exponential(seconds(200)),
    )
    every = ForetellingKernel(scenario, seeded(3), each=2).finish()
    coverage = coverage_of([each for each in every if each.is_midway == is_midway])
    assert coverage.left_count
    assert LEAST <= coverage.coverage_ratio <= MOST
