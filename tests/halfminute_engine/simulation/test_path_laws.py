"""Little's law, conservation and agents' time: on every path, at every moment of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfminute_engine.simulation.errors import BrokenLaw
from halfminute_engine.simulation.path_laws import check_path
from halfminute_engine.simulation.scenario import HOUR_US
from halfminute_engine.simulation.simulate import simulate
from halfminute_engine.simulation.variates import Constant, Exponential
from tests.halfminute_engine.simulation.centres import (
    busy_centre,
    call_centre,
    kernel_of,
    seconds,
    seeded,
)


def test_a_busy_day_keeps_the_laws_at_every_moment() -> None:
    kernel = kernel_of(busy_centre())
    for minute in range(0, 4 * 60, 7):
        kernel.advance(minute * HOUR_US // 60)
        check_path(kernel)
    result = simulate(busy_centre(), seeded(1))
    total = result.total
    assert total.offered > 500
    assert total.abandoned.count > 50
    assert total.hold_us > 0
    assert total.wrap_up_us > 0
    assert result.agents.away_us > 0
    assert result.overrun_us > 0


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1_000),
    servers=st.integers(1, 4),
    arrivals=st.floats(1, 200),
    patience=st.integers(1, 300),
    wrap_up=st.sampled_from([Constant(0), Constant(seconds(20)), Exponential(seconds(20))]),
    accept_delay=st.sampled_from([Constant(0), Constant(seconds(5)), Exponential(seconds(25))]),
    no_answer_ratio=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_any_centre_keeps_the_laws(
    *,
    seed: int,
    servers: int,
    arrivals: float,
    patience: int,
    wrap_up: Constant | Exponential,
    accept_delay: Constant | Exponential,
    no_answer_ratio: float,
) -> None:
    scenario = call_centre(
        servers=servers,
        arrivals_per_hour=arrivals,
        patience=Exponential(seconds(patience)),
        wrap_up=wrap_up,
        accept_delay=accept_delay,
        no_answer_ratio=no_answer_ratio,
        hours=2,
    )
    simulate(scenario, seeded(seed))


def test_one_customer_too_many_breaks_a_law() -> None:
    kernel = kernel_of(call_centre())
    kernel.advance(HOUR_US)
    kernel.kinds[0].counters.offered += 1
    with pytest.raises(BrokenLaw, match="offered"):
        check_path(kernel)


def test_time_that_an_agent_did_not_spend_breaks_a_law() -> None:
    kernel = kernel_of(call_centre())
    kernel.advance(HOUR_US)
    next(iter(kernel.agents.values())).held_us += 1
    with pytest.raises(BrokenLaw, match="handle time"):
        check_path(kernel)


def test_a_wait_that_was_not_waited_breaks_littles_law() -> None:
    kernel = kernel_of(call_centre(arrivals_per_hour=36.0))
    kernel.advance(HOUR_US)
    kernel.waiting.area_us += 1
    with pytest.raises(BrokenLaw, match="Little"):
        check_path(kernel)
