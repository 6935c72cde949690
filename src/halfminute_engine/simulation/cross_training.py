"""Which skills each agent has, where nobody is trained for everything.

Agents stand in one order, and an interval with n agents has the first n of them: so every
beginning of the order has to be balanced. Two things are weighed for it.

How many agents **cover** a class. The rarer the class, the more of them it needs beside its load:
where whoever is free takes the longest waiting, a class with m able agents waits about handle time
/ m, and the sum of share / m is least at m in proportion to the square roots of the shares. The
square root takes no heed of the chance that all m are busy, which asks for more where the load is.
So covers go by a power between the root and the share itself.

Whom a class **shares** agents with. Work flows on from class to class through agents who have both,
and a few skills an agent do nearly what all would, as long as everything hangs together in long
chains (Jordan and Graves, Management Science 41 (1995); for call centres Wallace and Whitt,
Manufacturing & Service Operations Management 7 (2005)). So pairs that stand together already are
put off for others.
"""

from __future__ import annotations

from collections.abc import Sequence

Skills = tuple[int, ...]
"""The classes that an agent is trained for, by their indexes."""

COVER_POWER = 0.6
"""Of the share. By simulation of 3, 12 and 36 unequal classes with 2 and 3 skills an agent: fewest
leave there, and hardly more from 0.5 to 0.7."""

PAIR_WEIGHT = 0.5
"""One more agent who has the same two skills counts as much as half an agent of cover."""


def deal_skills(shares: Sequence[float], agents: int, skills_per_agent: float) -> list[Skills]:
    """The classes that each agent is trained for, in the order in which agents come to work.

    Classes are told by their index in `shares`, which are above 0. With 2.25 skills an agent every
    fourth has three and the others two.
    """
    deal = _Deal(shares)
    skills_per_agent = min(skills_per_agent, len(shares))
    dealt = []
    for number in range(1, agents + 1):
        deal.train(max(1, int(number * skills_per_agent) - deal.given))
        dealt.append(deal.last)
    return dealt


class _Deal:
    """What has been dealt: `given` skills in all, `last` those of the last agent."""

    def __init__(self, shares: Sequence[float]) -> None:
        total = sum(shares)
        self._shares = [share / total for share in shares]
        weights: list[float] = [share**COVER_POWER for share in self._shares]
        self._weights = [weight / sum(weights) for weight in weights]
        self._covers = [0] * len(shares)
        self._pairs = [[0] * len(shares) for _ in shares]
        self._agents = 0
        self.given = 0
        self.last: Skills = ()

    def train(self, count: int) -> None:
        """One more agent, for so many classes."""
        self._agents += 1
        self.given += count
        skills: list[int] = []
        while len(skills) < count:
            others = [index for index in range(len(self._shares)) if index not in skills]
            skills.append(max(others, key=lambda index: (self._need(index, skills), -index)))
        for index in skills:
            self._covers[index] += 1
            for other in skills:
                self._pairs[index][other] += 1
        self.last = tuple(sorted(skills))

    def _need(self, index: int, beside: Sequence[int]) -> float:
        """By how many agents the class lags behind, what it shares already counted against it.

        It has at least as many as its share of the work, however many classes there are.
        """
        wanted = max(self.given * self._weights[index], self._agents * self._shares[index])
        together = sum(self._pairs[index][other] for other in beside)
        return wanted - self._covers[index] - PAIR_WEIGHT * together
