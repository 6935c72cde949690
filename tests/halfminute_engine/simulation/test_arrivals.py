"""Arrivals follow their rates interval by interval, and their mix."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from halfminute_engine.simulation.arrivals import Arrivals
from halfminute_engine.simulation.errors import InvalidScenario
from halfminute_engine.simulation.scenario import HOUR_US, ArrivalStream
from tests.halfminute_engine.simulation.centres import seeded

NAMES = {"a": 0, "b": 1, "c": 2}


def times_of(stream: ArrivalStream, until_us: int, seed: int = 1) -> list[int]:
    arrivals = Arrivals(stream, NAMES, seeded(seed))
    times = []
    next_us = arrivals.next_after(0)
    while next_us is not None and next_us < until_us:
        times.append(next_us)
        next_us = arrivals.next_after(next_us)
    return times


def test_each_interval_has_its_own_rate_and_they_repeat() -> None:
    stream = ArrivalStream((600.0, 0.0, 2_400.0), HOUR_US, (("a", 1.0),))
    counts = Counter(time // HOUR_US % 3 for time in times_of(stream, 30 * HOUR_US))
    assert counts[0] == pytest.approx(6_000, rel=0.05)
    assert counts[1] == 0
    assert counts[2] == pytest.approx(24_000, rel=0.03)


def test_gaps_are_exponential() -> None:
    times = times_of(ArrivalStream((3_600.0,), HOUR_US, (("a", 1.0),)), 10 * HOUR_US)
    gaps = [after - before for before, after in pairwise(times)]
    mean = sum(gaps) / len(gaps)
    longer = sum(gap > mean for gap in gaps) / len(gaps)
    assert mean == pytest.approx(1_000_000, rel=0.02)
    assert longer == pytest.approx(0.3679, abs=0.01)


def test_nobody_comes_before_the_start_or_after_the_end() -> None:
    stream = ArrivalStream(
        (36_000.0,), 600_000_000, (("a", 1.0),), start_us=HOUR_US, end_us=HOUR_US + 600_000_000
    )
    times = times_of(stream, 10 * HOUR_US)
    assert times[0] >= HOUR_US
    assert times[-1] < HOUR_US + 600_000_000
    assert len(times) == pytest.approx(6_000, rel=0.05)


def test_classes_come_by_their_weights() -> None:
    stream = ArrivalStream((1.0,), HOUR_US, (("c", 1.0), ("a", 3.0)))
    arrivals = Arrivals(stream, NAMES, seeded(3))
    drawn = Counter(arrivals.draw_class() for _ in range(10_000))
    assert set(drawn) == {0, 2}
    assert drawn[0] / 10_000 == pytest.approx(0.75, abs=0.015)


@pytest.mark.parametrize(
    ("rates", "interval_us", "mix", "field"),
    [
        ((), HOUR_US, (("a", 1.0),), "rates_per_hour"),
        ((0.0,), HOUR_US, (("a", 1.0),), "rates_per_hour"),
        ((-1.0, 2.0), HOUR_US, (("a", 1.0),), "rates_per_hour"),
        ((1.0,), 0, (("a", 1.0),), "interval_seconds"),
        ((1.0,), HOUR_US, (), "mix"),
        ((1.0,), HOUR_US, (("a", 0.0),), "mix"),
    ],
)
def test_a_stream_that_is_none_is_refused(
    rates: tuple[float, ...], interval_us: int, mix: tuple[tuple[str, float], ...], field: str
) -> None:
    with pytest.raises(InvalidScenario) as refused:
        ArrivalStream(rates, interval_us, mix)
    assert refused.value.field == field
