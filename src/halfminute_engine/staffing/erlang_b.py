"""Erlang B, M/M/N/N: who finds all agents busy is lost at once.

A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic
telephone exchanges" (1917). Computed by the recursion B(n) = a B(n-1) / (n + a B(n-1)), which only
adds and divides positive numbers, so it neither overflows nor loses digits at any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from halfminute_engine.staffing.errors import require_not_negative, require_ratio
from halfminute_engine.staffing.models import Demand, require_agents


@lru_cache(maxsize=4_096)
def blocking(load: float, agents: int) -> float:
    """The probability that all agents are busy, with `load` Erlangs offered and no waiting."""
    require_not_negative("load", load)
    blocked = 1.0
    for number in range(1, agents + 1):
        carried = load * blocked
        blocked = carried / (number + carried)
    return blocked


def load_for_blocking(ratio: float, agents: int) -> float:
    """The load in Erlangs at which the share `ratio` is blocked: an entry of a traffic table."""
    require_ratio("ratio", ratio)
    require_agents(agents)
    # What is carried never exceeds the agents: a (1 - B) <= N.
    low, high = 0.0, agents / (1 - ratio)
    while (middle := (low + high) / 2) not in (low, high):
        if blocking(middle, agents) < ratio:
            low = middle
        else:
            high = middle
    return high


@dataclass(frozen=True, slots=True)
class ErlangB:
    """Contacts that do not wait: who finds nobody free is lost."""

    demand: Demand
    agents: int

    def __post_init__(self) -> None:
        require_agents(self.agents)

    @property
    def probability_of_wait(self) -> float:
        """The share that finds nobody free; here it is lost, not waiting."""
        return blocking(self.demand.load, self.agents)

    @property
    def asa_seconds(self) -> float:
        """Zero: who is answered is answered at once."""
        return 0.0

    @property
    def mean_wait_seconds(self) -> float:
        """Zero: nobody waits."""
        return 0.0

    @property
    def abandon_ratio(self) -> float:
        """The share that is lost."""
        return self.probability_of_wait

    @property
    def occupancy(self) -> float:
        """The share of the agents' time that is busy."""
        return self.demand.load * (1 - self.probability_of_wait) / self.agents

    def service_level(self, target_seconds: float) -> float:
        """The share that is answered, for any target."""
        require_not_negative("target_seconds", target_seconds)
        return 1 - self.probability_of_wait
