"""How many agents work in each interval; which skills they have, `cross_training` says.

Agents stand in one order, and an interval with n agents has the first n of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import ceil, inf

from halfminute_engine.simulation.cross_training import Skills, deal_skills
from halfminute_engine.simulation.scenario import (
    HOUR_US,
    ArrivalStream,
    ConversationClass,
    Period,
    SimulatedQueue,
    periods_of_counts,
)
from halfminute_engine.simulation.variates import SECOND_US
from halfminute_engine.staffing.erlang_a import erlang_a
from halfminute_engine.staffing.erlang_c import ErlangC
from halfminute_engine.staffing.models import Build, Demand
from halfminute_engine.staffing.requirement import Targets, least_agents

INTERVAL_US = HOUR_US // 2
"""Agents are planned by half-hours."""

Planned = dict[Skills, tuple[tuple[Period, ...], ...]]
"""The periods of all agents, those with the same skills together."""


class Forecast:
    """What is known of a scenario when its agents are planned: all but the streams of surprise."""

    def __init__(
        self,
        classes: Sequence[ConversationClass],
        queues: Sequence[SimulatedQueue],
        streams: Sequence[ArrivalStream],
        horizon_us: int,
    ) -> None:
        wrap_up_us = {queue.queue_id: queue.wrap_up.mean_us for queue in queues}
        self._handle_us = [item.talk.mean_us + wrap_up_us[item.queue_id] for item in classes]
        self._patience_us = [item.patience.mean_us for item in classes]
        indexes = {item.name: index for index, item in enumerate(classes)}
        self._rates = [
            _rates_at((2 * number + 1) * INTERVAL_US // 2, streams, indexes)
            for number in range(-(-horizon_us // INTERVAL_US))
        ]

    def pool_by_class(self, targets: Targets) -> Planned:
        """Each class with agents of its own, who can do nothing else."""
        planned: Planned = {}
        for index in range(len(self._handle_us)):
            counts = self._counts((index,), targets)
            if any(counts):
                planned[index,] = periods_of_counts(counts, INTERVAL_US)
        return planned

    def one_pool(self, targets: Targets, skills_per_agent: float, margin_ratio: float) -> Planned:
        """As many as one pool needs, and a margin, each trained for so many classes."""
        everything = tuple(range(len(self._handle_us)))
        counts = with_margin(self._counts(everything, targets), margin_ratio)
        work = [
            sum(rates[index] for rates in self._rates) * self._handle_us[index]
            for index in everything
        ]
        if skills_per_agent >= len(everything):
            return {everything: periods_of_counts(counts, INTERVAL_US)}
        skills = deal_skills(work, max(counts), skills_per_agent)
        planned: Planned = {}
        for periods, trained in zip(periods_of_counts(counts, INTERVAL_US), skills, strict=True):
            planned[trained] = (*planned.get(trained, ()), periods)
        return planned

    def _counts(self, classes: Skills, targets: Targets) -> tuple[int, ...]:
        """Agents for these classes in each interval, as one pool of their mean times."""
        total = [sum(rates[index] for index in classes) for rates in self._rates]
        handle_seconds = self._mean(self._handle_us, classes)
        patience_seconds = self._mean(self._patience_us, classes)
        least = _least_for(handle_seconds, patience_seconds, targets)
        return tuple(least(rate) for rate in total)

    def _mean(self, values_us: Sequence[float], classes: Skills) -> float:
        """Mean over those who come, in seconds."""
        weights = [sum(rates[index] for rates in self._rates) for index in classes]
        weighed = zip(weights, classes, strict=True)
        total = sum(weights) or 1.0
        return sum(weight * values_us[index] for weight, index in weighed) / total / SECOND_US


def _rates_at(
    time_us: int, streams: Sequence[ArrivalStream], indexes: dict[str, int]
) -> list[float]:
    """Arrivals an hour of each class."""
    rates = [0.0] * len(indexes)
    for stream in streams:
        if stream.is_expected and (rate := stream.rate_at(time_us)):
            total = sum(weight for _, weight in stream.mix)
            for name, weight in stream.mix:
                rates[indexes[name]] += rate * weight / total
    return rates


def _least_for(
    handle_seconds: float, patience_seconds: float, targets: Targets
) -> Callable[[float], int]:
    """Least agents for arrivals an hour: by Erlang A, or Erlang C where patience is infinite."""
    build: Build = ErlangC if patience_seconds == inf else erlang_a(patience_seconds)

    @cache
    def least(arrivals_per_hour: float) -> int:
        return least_agents(Demand(arrivals_per_hour, handle_seconds), build, targets)

    return least


def with_margin(counts: Sequence[int], margin_ratio: float) -> tuple[int, ...]:
    """So many more in each interval, halves upwards and in sum as exact as whole agents can be."""
    exact = given = 0.0
    more = []
    for agents in counts:
        exact += agents * (1 + margin_ratio)
        more.append(ceil(exact - given - 0.5))
        given += more[-1]
    return tuple(more)
