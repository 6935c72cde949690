"""Non-preemptive priorities: the higher class is taken first, and nobody is interrupted.

Mean waits: A. Cobham, "Priority assignment in waiting line problems", Operations Research 2 (1954).
The distribution: O. Kella and U. Yechiali, "Waiting times in the non-preemptive priority M/M/c
queue", Stochastic Models 1 (1985). Within a class the order is that of arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb, exp, inf, pi

from halfminute_engine.staffing.erlang_c import probability_of_wait
from halfminute_engine.staffing.errors import (
    InvalidValue,
    require_not_negative,
    require_positive,
)
from halfminute_engine.staffing.models import HOUR_SECONDS, require_agents


@dataclass(frozen=True, slots=True)
class PriorityQueue:
    """Classes of contacts with one mean handle time, the highest first, before one pool of agents.

    `rank` counts from zero, the highest. A class whose load, with all above it, is that of all
    agents or more waits without end, while those above it still have their finite waits.
    """

    arrivals_per_hour: tuple[float, ...]
    aht_seconds: float
    agents: int

    def __post_init__(self) -> None:
        if not self.arrivals_per_hour:
            raise InvalidValue("there must be one class at least")
        for rate in self.arrivals_per_hour:
            require_not_negative("arrivals_per_hour", rate)
        require_positive("aht_seconds", self.aht_seconds)
        require_agents(self.agents)

    @property
    def probability_of_wait(self) -> float:
        """The share that finds nobody free: the same for every class, by Erlang C of them all."""
        return probability_of_wait(sum(self.arrivals_per_hour) * self._hours, self.agents)

    def mean_wait_seconds(self, rank: int) -> float:
        """Cobham: C (AHT / N) / ((1 - load above) (1 - load to here)), loads per agent."""
        above, here = self._share_above(rank), self._share_above(rank + 1)
        if here >= 1:
            return inf
        shortest = self.probability_of_wait * self.aht_seconds / self.agents
        return shortest / ((1 - above) * (1 - here))

    def probability_of_wait_beyond(self, rank: int, seconds: float) -> float:
        """P(W > seconds) of the class, to about seven decimals."""
        require_not_negative("seconds", seconds)
        if self._share_above(rank + 1) >= 1:
            return 1.0
        if seconds == 0:
            return self.probability_of_wait
        tail = invert(lambda point: (1 - self._transform(rank, point)) / point, seconds)
        return self.probability_of_wait * min(max(tail, 0.0), 1.0)

    def service_level(self, rank: int, target_seconds: float) -> float:
        """Answered within the target / offered, of the class."""
        return 1 - self.probability_of_wait_beyond(rank, target_seconds)

    @property
    def _hours(self) -> float:
        return self.aht_seconds / HOUR_SECONDS

    def _share_above(self, rank: int) -> float:
        if not 0 <= rank <= len(self.arrivals_per_hour):
            raise InvalidValue(f"there is no class of rank {rank}")
        return sum(self.arrivals_per_hour[:rank]) * self._hours / self.agents

    def _transform(self, rank: int, point: complex) -> complex:
        """The Laplace transform of the wait of those who wait.

        It is a delay busy period: each service that ends while the contact waits is drawn out by
        all of higher classes that come during it.
        """
        service = self.agents / self.aht_seconds
        own = self.arrivals_per_hour[rank] / HOUR_SECONDS
        above = sum(self.arrivals_per_hour[:rank]) / HOUR_SECONDS
        busy = _busy_period(above, service, point)
        idle = service * (1 - self._share_above(rank + 1))
        return idle * (1 - busy) / (point - own * (1 - busy))


def _busy_period(arrivals: float, service: float, point: complex) -> complex:
    """The Laplace transform of the busy period of M/M/1."""
    total = point + arrivals + service
    # The smaller root of arrivals x^2 - total x + service, written so that none may arrive.
    return 2 * service / (total + (total * total - 4 * arrivals * service) ** 0.5)


_DAMPING, _TERMS, _AVERAGED = 18.4, 15, 11


def invert(transform: Callable[[complex], complex], time: float) -> float:
    """The function of time > 0 whose Laplace transform this is.

    The Euler method of J. Abate and W. Whitt, "Numerical inversion of Laplace transforms of
    probability distributions", ORSA Journal on Computing 7 (1995).
    """
    start = _DAMPING / (2 * time)
    partial = transform(complex(start)).real / 2
    sums = []
    for step in range(1, _TERMS + _AVERAGED + 1):
        term = transform(complex(start, step * pi / time)).real
        partial += -term if step % 2 else term
        sums.append(partial)
    last = sums[_TERMS - 1 :]
    averaged = sum(comb(_AVERAGED, k) * value for k, value in enumerate(last)) / (1 << _AVERAGED)
    return exp(_DAMPING / 2) / time * averaged


@dataclass(frozen=True, slots=True)
class ServiceClass:
    """Contacts of one priority: how many an hour, the mean and the second moment of handle time.

    The second moment is variance + mean squared: 2 mean^2 when exponential, mean^2 when constant.
    """

    arrivals_per_hour: float
    aht_seconds: float
    second_moment: float


def single_agent_waits(classes: Sequence[ServiceClass]) -> tuple[float, ...]:
    """Mean wait in seconds of each class, the highest first, before one agent (M/G/1, Cobham).

    Handle times may differ by class and have any distribution. Raises `InvalidValue` when the
    classes together are as much as the agent can do.
    """
    shares = [each.arrivals_per_hour * each.aht_seconds / HOUR_SECONDS for each in classes]
    if sum(shares) >= 1:
        raise InvalidValue(f"the load must be below one agent: {sum(shares)}")
    residual = sum(each.arrivals_per_hour * each.second_moment for each in classes) / HOUR_SECONDS
    waits, above = [], 0.0
    for share in shares:
        waits.append(residual / 2 / ((1 - above) * (1 - above - share)))
        above += share
    return tuple(waits)
