"""The town's plan: who comes when, and with what; the same seed, the same plan.

Nothing that happens while the town is lived changes it, so that two runs can be compared.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final, Literal

from halfminute_demo.day import Day
from halfminute_demo.people import Person, Region, population, regions
from halfminute_demo.visits import Visit, plan_visit
from halfminute_demo.words import Question, outage_questions, questions

Scenario = Literal["day", "outage"]

# Whoever comes back does so within the hour and a half by the town's clock, but not at once.
_RETURN_LIKELIHOOD: Final = 0.12
_RETURN_CLOCK_SECONDS: Final = (20 * 60.0, 90 * 60.0)
_SOONEST_RETURN_SECONDS: Final = 240.0
# The signal goes a minute after the start. Most people notice within the next minute.
OUTAGE_AT_SECONDS: Final = 60.0
_NOTICE_SECONDS: Final = 45.0
_WRITES_LIKELIHOOD: Final = 0.7
# Numbers of visits that no ordinary one ever reaches, and that are the same for any size.
_OUTAGE_NUMBERS: Final = 1_000_000_000
_RETURN_NUMBERS: Final = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TownSettings:
    """What makes one town unlike another.

    `rate_per_minute`: visits in the mean over its day; the load curve goes around it.
    """

    seed: int = 1
    subscribers: int = 200
    rate_per_minute: float = 4.0
    day: Day = field(default_factory=Day)
    scenario: Scenario = "day"

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who lives there."""
        return population(self.seed, self.subscribers)


def plan_town(settings: TownSettings) -> Iterator[Visit]:
    """All visits without end, in the order in which they begin."""
    outage = plan_outage(settings) if settings.scenario == "outage" else []
    first = heapq.merge(_ordinary(settings), outage, key=_beginning)
    coming_back: list[tuple[float, int, Visit]] = []
    for visit in first:
        while coming_back and coming_back[0][0] <= visit.at_seconds:
            yield heapq.heappop(coming_back)[2]
        yield visit
        again = _return_of(settings, visit)
        if again is not None:
            heapq.heappush(coming_back, (again.at_seconds, again.number, again))


def plan_outage(settings: TownSettings) -> list[Visit]:
    """What the people of one region write when its signal goes, in order."""
    region = outage_region(settings)
    visits = []
    for index, person in enumerate(settings.people):
        chance = Random(f"{settings.seed}:outage:{index}")
        question = chance.choice(outage_questions(person.language))
        at_seconds = OUTAGE_AT_SECONDS + chance.expovariate(1 / _NOTICE_SECONDS)
        if person.region == region and chance.random() < _WRITES_LIKELIHOOD:
            number = _OUTAGE_NUMBERS + index
            visits.append(
                plan_visit(settings.seed, number, person, question, at_seconds=at_seconds)
            )
    return sorted(visits, key=_beginning)


def outage_region(settings: TownSettings) -> Region:
    """Where the signal goes: the region with the most subscribers."""
    lived_in = [person.region for person in settings.people]
    return max(regions(), key=lived_in.count)


def _ordinary(settings: TownSettings) -> Iterator[Visit]:
    at_seconds = 0.0
    for number in count(1):
        chance = Random(f"{settings.seed}:{number}:arrival")
        mean_seconds = chance.expovariate(settings.rate_per_minute / 60)
        at_seconds = settings.day.after(at_seconds, mean_seconds)
        person = chance.choice(settings.people)
        question = chance.choice(questions(person.language))
        yield plan_visit(settings.seed, number, person, question, at_seconds=at_seconds)


def _return_of(settings: TownSettings, visit: Visit) -> Visit | None:
    """The same matter again, later the same day; perhaps never."""
    chance = Random(f"{settings.seed}:{visit.number}:return")
    pause = settings.day.seconds_of(chance.uniform(*_RETURN_CLOCK_SECONDS))
    if chance.random() >= _RETURN_LIKELIHOOD:
        return None
    return plan_visit(
        settings.seed,
        _RETURN_NUMBERS + visit.number,
        visit.person,
        _question_again(visit),
        at_seconds=visit.at_seconds + max(pause, _SOONEST_RETURN_SECONDS),
        is_return=True,
    )


def _question_again(visit: Visit) -> Question:
    """In one message: nobody tells the whole story twice."""
    asked = visit.question
    return Question(asked.topic, asked.language, asked.messages[-1:], asked.follow_ups[:1])


def _beginning(visit: Visit) -> float:
    return visit.at_seconds
