"""Erlang A, M/M/N+M: who finds all agents busy waits as long as the patience lasts.

Patience is exponential; its mean counts all contacts, also those who never had to show it (mean
wait / abandon ratio estimates it). C. Palm, "Research on telephone traffic carried by full
availability groups", Tele 1 (1957); A. Mandelbaum and S. Zeltyn, "Service engineering in action:
the Palm/Erlang-A queue, with applications to call centers" (2007). The distribution of waits is
that of S. Zeltyn and A. Mandelbaum, "Call centers with impatient customers: many-server asymptotics
of the M/M/n+G queue", Queueing Systems 51 (2005), for exponential patience.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, expm1, log, log1p

from halfminute_engine.staffing.erlang_b import blocking
from halfminute_engine.staffing.errors import InvalidValue, require_not_negative, require_positive
from halfminute_engine.staffing.gamma_series import SeriesSums, sum_series
from halfminute_engine.staffing.models import Build, Demand, require_agents


@dataclass(frozen=True, slots=True)
class ErlangA:
    """Contacts that leave when their patience ends. There is a long run at any load.

    Raises `InvalidValue` for an overload whose patience lasts for ages: see `_GREATEST_Z`.
    """

    demand: Demand
    agents: int
    patience_seconds: float
    _sums: SeriesSums = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require_agents(self.agents)
        require_positive("patience_seconds", self.patience_seconds)
        if self._z > _GREATEST_Z and self._z > 0.999 * self._s:
            raise InvalidValue(
                "patience_seconds is as good as endless, with more to do than agents can: "
                f"{self.patience_seconds}"
            )
        object.__setattr__(self, "_sums", sum_series(self._s, self._z))

    @property
    def probability_of_wait(self) -> float:
        """The share that finds nobody free."""
        blocked = blocking(self.demand.load, self.agents)
        if blocked == 0:
            return 0.0
        # Weighs all states with everybody busy against all the others.
        odds_against = log1p(-blocked) - log(blocked) - self._sums.log_total
        return 1 / (1 + exp(odds_against)) if odds_against < _GREATEST_EXPONENT else 0.0

    @property
    def queue_length(self) -> float:
        """Mean number waiting."""
        return self.probability_of_wait * self._sums.mean_index

    @property
    def mean_wait_seconds(self) -> float:
        """Mean wait of all, those who leave included: queue length / arrival rate (Little)."""
        return self.abandon_ratio * self.patience_seconds

    @property
    def abandon_ratio(self) -> float:
        """Those who leave / offered: queue length / (arrival rate x patience)."""
        return self.queue_length / self._z if self._z else 0.0

    @property
    def asa_seconds(self) -> float:
        """Mean wait of the answered ones, those answered at once included.

        Who finds j waiting is answered with probability s / (s + j + 1), and then after the sum of
        patience / (s + i + 1) over i = 0..j on average, s being N patience / AHT.
        """
        waited = self.probability_of_wait * self._sums.mean_weighted * self.patience_seconds
        return waited / (1 - self.abandon_ratio)

    @property
    def occupancy(self) -> float:
        """The share of the agents' time that is busy."""
        return self.demand.load * (1 - self.abandon_ratio) / self.agents

    def probability_of_wait_beyond(self, seconds: float) -> float:
        """The share that waits longer, whether it is answered then or leaves."""
        require_not_negative("seconds", seconds)
        return self._offered_wait_beyond(seconds) * exp(-seconds / self.patience_seconds)

    def service_level(self, target_seconds: float) -> float:
        """Answered within the target / offered: who leaves is a failure."""
        require_not_negative("target_seconds", target_seconds)
        return max(1 - self.abandon_ratio - self._answered_beyond(target_seconds), 0.0)

    def abandoned_within(self, seconds: float) -> float:
        """Those who leave within so many seconds / offered; with it any form of service level."""
        left_beyond = self.probability_of_wait_beyond(seconds) - self._answered_beyond(seconds)
        return max(self.abandon_ratio - left_beyond, 0.0)

    @property
    def _s(self) -> float:
        return self.agents * self.patience_seconds / self.demand.aht_seconds

    @property
    def _z(self) -> float:
        return self.demand.arrivals_per_second * self.patience_seconds

    def _offered_wait_beyond(self, seconds: float) -> float:
        """P(V > seconds), V being the wait of one with endless patience.

        Given V > 0 it is a ratio of lower incomplete gammas, (s, z e^-t) to (s, z), with t in units
        of the patience.
        """
        patient = exp(-seconds / self.patience_seconds)
        beyond = sum_series(self._s, self._z * patient)
        exponent = self._exponent(seconds) + beyond.log_total - self._sums.log_total
        return self.probability_of_wait * exp(min(exponent, 0.0))

    def _answered_beyond(self, seconds: float) -> float:
        """P(answered, V > seconds): the same with s + 1 above, for who leaves is taken out."""
        patient = exp(-seconds / self.patience_seconds)
        beyond = sum_series(self._s + 1, self._z * patient)
        exponent = self._exponent(seconds) + beyond.log_total - self._sums.log_total
        exponent -= seconds / self.patience_seconds + log1p(1 / self._s)
        return self.probability_of_wait * exp(min(exponent, 0.0))

    def _exponent(self, seconds: float) -> float:
        in_patience = seconds / self.patience_seconds
        return -self._s * in_patience - self._z * expm1(-in_patience)


_GREATEST_EXPONENT = 700.0
# Above this the series takes millions of steps, and tells what Erlang C does.
_GREATEST_Z = 1e11


def erlang_a(patience_seconds: float) -> Build:
    """Makes Erlang A models of contacts with this mean patience."""
    require_positive("patience_seconds", patience_seconds)
    return lambda demand, agents: ErlangA(demand, agents, patience_seconds)
