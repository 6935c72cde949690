"""Erlang C, M/M/N: who finds all agents busy waits, for ever if need be.

The probability of waiting comes from Erlang B: C = B / (1 - a/N (1 - B)); the wait of those who
wait is exponential with rate (N - a) / AHT. (Robert B. Cooper, "Introduction to Queueing Theory",
2nd ed., 1981.)
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log

from halfminute_engine.staffing.erlang_b import blocking
from halfminute_engine.staffing.errors import require_not_negative, require_ratio
from halfminute_engine.staffing.models import Demand, require_agents


def probability_of_wait(load: float, agents: int) -> float:
    """The Erlang C formula: the probability that all agents are busy. One when load >= agents."""
    if load >= agents:
        return 1.0
    blocked = blocking(load, agents)
    return blocked / (1 - load / agents * (1 - blocked))


@dataclass(frozen=True, slots=True)
class ErlangC:
    """Contacts that wait as long as it takes.

    With a load of all agents or more there is no long run, for the queue never stops growing: then
    everybody waits (probability 1), without end (infinity), and no target is met (0).
    """

    demand: Demand
    agents: int

    def __post_init__(self) -> None:
        require_agents(self.agents)

    @property
    def is_stable(self) -> bool:
        """Whether the agents are more than the load, so that the queue has an end."""
        return self.demand.load < self.agents

    @property
    def probability_of_wait(self) -> float:
        """The share that finds nobody free."""
        return probability_of_wait(self.demand.load, self.agents)

    @property
    def asa_seconds(self) -> float:
        """Mean wait, which is everybody's: C x AHT / (N - a)."""
        if not self.is_stable:
            return inf
        return self.probability_of_wait * self.mean_wait_of_waiting_seconds

    @property
    def mean_wait_seconds(self) -> float:
        """The same: nobody leaves."""
        return self.asa_seconds

    @property
    def mean_wait_of_waiting_seconds(self) -> float:
        """Mean wait of those who wait at all: AHT / (N - a)."""
        return self.demand.aht_seconds / (self.agents - self.demand.load) if self.is_stable else inf

    @property
    def queue_length(self) -> float:
        """Mean number waiting, by Little's law: arrival rate x mean wait."""
        return self.demand.arrivals_per_second * self.asa_seconds

    @property
    def abandon_ratio(self) -> float:
        """Zero: nobody leaves."""
        return 0.0

    @property
    def occupancy(self) -> float:
        """Load / agents, and never above one."""
        return min(self.demand.load / self.agents, 1.0)

    def probability_of_wait_beyond(self, seconds: float) -> float:
        """P(W > seconds) = C exp(-(N - a) seconds / AHT)."""
        require_not_negative("seconds", seconds)
        if not self.is_stable:
            return 1.0
        return self.probability_of_wait * exp(-seconds / self.mean_wait_of_waiting_seconds)

    def service_level(self, target_seconds: float) -> float:
        """Answered within the target / offered."""
        return 1 - self.probability_of_wait_beyond(target_seconds)

    def wait_percentile_seconds(self, ratio: float) -> float:
        """The wait that the share `ratio` does not exceed; 0 where that many do not wait."""
        require_ratio("ratio", ratio)
        beyond = 1 - ratio
        if beyond >= self.probability_of_wait:
            return 0.0
        return self.mean_wait_of_waiting_seconds * log(self.probability_of_wait / beyond)
