"""So many agents as are needed, with the skills that the work asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.routing.values import QueueId
from halfminute_engine.simulation.planning import Forecast, with_margin
from halfminute_engine.simulation.scenario import (
    HOUR_US,
    ArrivalStream,
    ConversationClass,
    Period,
    SimulatedQueue,
)
from halfminute_engine.simulation.variates import Constant, Exponential
from halfminute_engine.staffing.requirement import Targets
from tests.halfminute_engine.simulation.centres import seconds

LINE = SimulatedQueue(QueueId("line"), wrap_up=Constant(seconds(20)))


def a_class(name: str, patience_seconds: float = 180) -> ConversationClass:
    patience = Exponential(seconds(patience_seconds))
    return ConversationClass(name, LINE.queue_id, "voice", Constant(seconds(100)), (), patience)


def forecast(*rates_per_hour: float, **shares: float) -> Forecast:
    shares = shares or {"calls": 1.0}
    classes = [a_class(name) for name in shares]
    stream = ArrivalStream(rates_per_hour, HOUR_US // 2, tuple(shares.items()))
    return Forecast(classes, [LINE], [stream], len(rates_per_hour) * HOUR_US // 2)


def agents_of(planned: dict[tuple[int, ...], tuple[tuple[Period, ...], ...]]) -> int:
    return sum(len(periods) for periods in planned.values())


def test_one_pool_has_what_erlang_a_asks_for() -> None:
    """298 Erlangs at a patience of 180 s: 307 agents lose less than 1 %, 306 more."""
    planned = forecast(298 * 30.0).one_pool(Targets(abandon_ratio=0.01), 1, 0.0)
    assert agents_of(planned) == 307


def test_agents_come_and_go_with_the_load() -> None:
    (periods,) = forecast(300.0, 0.0, 300.0).one_pool(Targets(abandon_ratio=0.05), 1, 0.0).values()
    half = HOUR_US // 2
    assert {period for each in periods for period in each} == {
        Period(0, half),
        Period(2 * half, 3 * half),
    }


def test_what_nobody_expects_is_not_staffed_for() -> None:
    usual = ArrivalStream((300.0,), HOUR_US, (("calls", 1.0),))
    outage = ArrivalStream((9_000.0,), HOUR_US, (("calls", 1.0),), is_expected=False)
    planned = [
        Forecast([a_class("calls")], [LINE], streams, HOUR_US).one_pool(
            Targets(abandon_ratio=0.05), 1, 0.0
        )
        for streams in ([usual], [usual, outage])
    ]
    assert planned[0] == planned[1]


def test_pools_of_their_own_need_more_agents() -> None:
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    together = agents_of(forecast(900.0, **shares).one_pool(Targets(abandon_ratio=0.02), 3, 0.0))
    apart = forecast(900.0, **shares).pool_by_class(Targets(abandon_ratio=0.02))
    assert set(apart) == {(0,), (1,), (2,)}
    assert agents_of(apart) > together


@given(counts=st.lists(st.integers(0, 400), min_size=1), margin=st.floats(0, 0.5))
def test_a_margin_is_right_in_sum(counts: list[int], margin: float) -> None:
    more = with_margin(counts, margin)
    assert sum(more) == pytest.approx(sum(counts) * (1 + margin), abs=0.51)
    changes = zip(counts, more, strict=True)
    assert all(abs(after - before * (1 + margin)) < 1.01 for before, after in changes)
