"""How long until one's turn, against closed forms and against chains walked step by step."""

from __future__ import annotations

from math import sqrt
from random import Random
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.routing.passage import FOREVER_SECONDS, passage_of

rates = st.floats(0.1, 1)
WALKS = 20_000


def walk(
    chance: Random, ahead: int, rate: float, leaving_rate: float, overtaking_rate: float
) -> float:
    """One wait, step by step."""
    now = 0.0
    while ahead >= 0:
        down = rate + ahead * leaving_rate
        now += chance.expovariate(down + overtaking_rate)
        ahead += 1 if chance.random() * (down + overtaking_rate) < overtaking_rate else -1
    return now


def test_without_leaving_and_overtaking_it_is_erlang() -> None:
    passage = passage_of(4, rate=0.5)
    assert passage.mean_seconds == pytest.approx(10)
    assert passage.variance == pytest.approx(20)


def test_with_overtaking_alone_it_is_a_busy_period() -> None:
    """L. Kleinrock, "Queueing Systems" I (1975), 5.141 f.: 1 / (mu - l), (mu + l) / (mu - l)^3."""
    passage = passage_of(0, rate=1.0, overtaking_rate=0.5)
    assert passage.mean_seconds == pytest.approx(2)
    assert passage.variance == pytest.approx(12)


def test_with_leaving_it_is_a_sum_of_exponential_times() -> None:
    passage = passage_of(2, rate=1.0, leaving_rate=0.5)
    assert passage.mean_seconds == pytest.approx(1 + 1 / 1.5 + 1 / 2)
    assert passage.variance == pytest.approx(1 + 1 / 1.5**2 + 1 / 2**2)


@pytest.mark.parametrize("case", [(0, 1.0, 0.3, 0.6), (5, 0.4, 0.1, 0.5), (12, 1.0, 0.02, 0.3)])
def test_all_together_is_what_walks_give(case: tuple[int, float, float, float]) -> None:
    chance = Random(7)  # noqa: S311
    walks = [walk(chance, *case) for _ in range(WALKS)]
    passage = passage_of(*case)
    error = sqrt(passage.variance / WALKS)
    assert fmean(walks) == pytest.approx(passage.mean_seconds, abs=4 * error)
    assert pvariance(walks) == pytest.approx(passage.variance, rel=0.15)


def test_who_is_overtaken_for_ever_is_told_a_time_all_the_same() -> None:
    passage = passage_of(3, rate=0.01, leaving_rate=0.001, overtaking_rate=1)
    assert passage.mean_seconds == FOREVER_SECONDS


@given(ahead=st.floats(0, 200), rate=rates, leaving=rates, overtaking=rates)
def test_more_ahead_take_longer_and_those_who_leave_shorten_it(
    ahead: float, rate: float, leaving: float, overtaking: float
) -> None:
    mean = passage_of(ahead, rate, leaving, overtaking).mean_seconds
    assert passage_of(ahead + 1, rate, leaving, overtaking).mean_seconds > mean
    assert passage_of(ahead, rate, leaving, 0).mean_seconds <= mean
    assert passage_of(ahead, rate, 2 * leaving, overtaking).mean_seconds <= mean * (1 + 1e-9)
