"""What every model is asked, and what it is made of: a demand and a number of agents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from halfminute_engine.staffing.errors import (
    InvalidValue,
    require_not_negative,
    require_positive,
)

HOUR_SECONDS = 3_600
GREATEST_AGENTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Demand:
    """What comes in while the interval lasts: contacts an hour, and their mean handle time.

    Where an agent has several contacts at once, see `concurrency`.
    """

    arrivals_per_hour: float
    aht_seconds: float

    def __post_init__(self) -> None:
        require_not_negative("arrivals_per_hour", self.arrivals_per_hour)
        require_positive("aht_seconds", self.aht_seconds)

    @property
    def arrivals_per_second(self) -> float:
        """The arrival rate, lambda."""
        return self.arrivals_per_hour / HOUR_SECONDS

    @property
    def load(self) -> float:
        """Offered load in Erlangs: the agents that would be busy if nobody had to wait."""
        return self.arrivals_per_second * self.aht_seconds


class Model(Protocol):
    """A demand met by a number of agents, in the long run."""

    @property
    def demand(self) -> Demand:
        """What comes in."""
        ...

    @property
    def agents(self) -> int:
        """How many answer."""
        ...

    @property
    def probability_of_wait(self) -> float:
        """The share that finds no free agent, and waits, or (Erlang B) is lost."""
        ...

    @property
    def asa_seconds(self) -> float:
        """Average speed of answer: mean wait of the answered ones."""
        ...

    @property
    def mean_wait_seconds(self) -> float:
        """Mean wait of all, those who leave included."""
        ...

    @property
    def abandon_ratio(self) -> float:
        """Those who leave unanswered / offered."""
        ...

    @property
    def occupancy(self) -> float:
        """The share of the agents' time that is busy."""
        ...

    def service_level(self, target_seconds: float) -> float:
        """Answered within the target / offered: who leaves is a failure."""
        ...


Build = Callable[[Demand, int], Model]
"""Makes the model of a demand and so many agents: `ErlangB`, `ErlangC`, or `erlang_a(patience)`."""


def require_agents(agents: int) -> None:
    """Raise `InvalidValue` unless there are 1 to a million."""
    if not 1 <= agents <= GREATEST_AGENTS:
        raise InvalidValue(f"agents must be 1 to {GREATEST_AGENTS}: {agents}")
