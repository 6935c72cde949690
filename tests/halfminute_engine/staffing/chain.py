"""Queues solved state by state, in exact fractions: the slow way, to hold the fast formulas to.

Nothing here comes from the formulas: only rates of arrival, service and leaving, the balance of
flows between neighbouring states, and what happens to one contact that finds a given state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import exp


@dataclass(frozen=True)
class Chain:
    """`agents` who serve at rate 1 each, arrivals at `arrivals`, patience ending at rate `leaving`.

    `places`: how many may wait at most; where contacts leave, so many that the rest has no weight.
    """

    arrivals: Fraction
    agents: int
    leaving: Fraction
    places: int

    def probabilities(self) -> list[Fraction]:
        """Of 0, 1, ... contacts in all, in the long run: what goes up between states comes down."""
        weights = [Fraction(1)]
        for number in range(1, self.agents + self.places + 1):
            waiting = max(number - self.agents, 0)
            down = min(number, self.agents) + waiting * self.leaving
            weights.append(weights[-1] * self.arrivals / down)
        total = sum(weights)
        return [weight / total for weight in weights]

    def probability_of_wait(self) -> Fraction:
        """Arrivals see what time sees: all agents busy."""
        return sum(self.probabilities()[self.agents :], Fraction(0))

    def queue_length(self) -> Fraction:
        """Mean number waiting."""
        return sum((j * each for j, each in self._by_waiting()), Fraction(0))

    def abandon_ratio(self) -> Fraction:
        """What leaves in a unit of time / what comes in it."""
        return self.leaving * self.queue_length() / self.arrivals

    def asa(self) -> Fraction:
        """Mean wait of the answered ones: by the state they find, step by step to an agent."""
        answered = sum(self.probabilities()[: self.agents], Fraction(0))
        waited = Fraction(0)
        for ahead, probability in self._by_waiting():
            share, wait = self._fate(ahead)
            answered += probability * share
            waited += probability * share * wait
        return waited / answered

    def answered_within(self, time: float, steps: int = 4_000) -> float:
        """The share answered by then, by uniformisation of the way from each state to an agent."""
        answered = float(sum(self.probabilities()[: self.agents], Fraction(0)))
        start = [float(each) for _, each in self._by_waiting()]
        return answered + sum(self._answered_from(start, time, steps))

    def _by_waiting(self) -> Iterator[tuple[int, Fraction]]:
        return enumerate(self.probabilities()[self.agents :])

    def _fate(self, ahead: int) -> tuple[Fraction, Fraction]:
        """P(answered), and the mean wait given that, of one that finds so many waiting ahead."""
        share, wait = Fraction(1), Fraction(0)
        for others in range(ahead, -1, -1):
            forward = self.agents + others * self.leaving
            share *= forward / (forward + self.leaving)
            wait += 1 / (forward + self.leaving)
        return share, wait

    def _answered_from(self, start: list[float], time: float, steps: int) -> Iterator[float]:
        """Probability reaching an agent at each jump of a chain that jumps at one constant rate."""
        leaving = float(self.leaving)
        rate = self.agents + (len(start) + 1) * leaving
        # P(more than n jumps by the time) for each n, from the Poisson probabilities.
        tails = poisson_tails(rate * time, steps)
        present = start
        for tail in tails:
            served = present[0] * self.agents / rate
            yield served * tail
            following = [0.0] * len(present)
            for ahead, probability in enumerate(present):
                forward = self.agents + ahead * leaving
                following[ahead] += probability * (1 - (forward + leaving) / rate)
                if ahead:
                    following[ahead - 1] += probability * forward / rate
            present = following


def poisson_tails(mean: float, count: int) -> list[float]:
    """P(more than n) for n = 0, 1, ..., count - 1 of a Poisson variable of a moderate mean."""
    term, below, tails = exp(-mean), 0.0, []
    for number in range(count):
        below += term
        tails.append(max(1 - below, 0.0))
        term *= mean / (number + 1)
    return tails
