"""What contacts got: solved or not, once or again, and what they say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.errors import InvalidValue
from halfminute_engine.service_level.ratios import ratio

THREE_MINUTES_SECONDS = 180


def resolution_seconds(counters: ContactCounters) -> float | None:
    """Mean time from the first message to the solution; None when nothing was solved."""
    return counters.solved.mean_seconds()


def solved_within_of_answered(
    counters: ContactCounters, seconds: int = THREE_MINUTES_SECONDS
) -> float | None:
    """Solved in `seconds` or less / answered; None when nobody was answered.

    What is answered and not solved, or not yet, is a failure. Raises `UnknownThreshold`.
    """
    return ratio(counters.solved.count_within(seconds), counters.answered.count)


def solved_within_of_offered(
    counters: ContactCounters, seconds: int = THREE_MINUTES_SECONDS
) -> float | None:
    """Solved in `seconds` or less / offered; None when nobody was offered.

    Who left is a failure as well. Raises `UnknownThreshold`.
    """
    return ratio(counters.solved.count_within(seconds), counters.offered)


def first_contact_resolution(counters: ContactCounters) -> float | None:
    """FCR: those that the same matter did not follow within the window / those where it is known.

    None while no window has passed. The last days, whose windows are open, are in neither number.
    """
    return ratio(counters.followable - counters.followed_up, counters.followable)


@dataclass(slots=True)
class RatingCounters:
    """How many asked, and how many answers of each score; counters of one scale add up.

    `asked` counts those asked. A contact that did not answer is no bad answer: it lowers the
    response ratio alone.
    """

    asked: int = 0
    ones: int = 0
    twos: int = 0
    threes: int = 0
    fours: int = 0
    fives: int = 0

    @classmethod
    def of(cls, ratings: Iterable[int], asked: int | None = None) -> Self:
        """The counters of these ratings of 1 to 5; `asked` defaults to as many as answered.

        Raises `InvalidValue` for another rating.
        """
        answers = list(ratings)
        for rating in answers:
            if not 1 <= rating <= 5:
                raise InvalidValue(f"a rating is 1 to 5: {rating}")
        return cls(
            len(answers) if asked is None else asked,
            *(answers.count(rating) for rating in range(1, 6)),
        )

    @property
    def by_rating(self) -> tuple[int, int, int, int, int]:
        """How many ones, twos, threes, fours and fives."""
        return (self.ones, self.twos, self.threes, self.fours, self.fives)

    def __add__(self, other: Self) -> Self:
        answers = zip(self.by_rating, other.by_rating, strict=True)
        return type(self)(self.asked + other.asked, *(a + b for a, b in answers))


def csat(ratings: RatingCounters) -> float | None:
    """Answers of 4 and 5 / answers; None without an answer."""
    return ratio(ratings.fours + ratings.fives, sum(ratings.by_rating))


def mean_rating(ratings: RatingCounters) -> float | None:
    """Mean of the answers, 1 to 5; None without an answer."""
    total = sum(rating * count for rating, count in enumerate(ratings.by_rating, start=1))
    return ratio(total, sum(ratings.by_rating))


def response_ratio(ratings: RatingCounters) -> float | None:
    """Answers / asked; None when nobody was asked. To be shown beside every CSAT."""
    return ratio(sum(ratings.by_rating), ratings.asked)


def net_promoter_score(scores: Iterable[int]) -> int | None:
    """NPS: per cent of 9 and 10 minus per cent of 0 to 6, on a scale of 0 to 10.

    A whole number from -100 to 100, halves away from zero; None without a score. Raises
    `InvalidValue` for a score off the scale.
    """
    promoters = detractors = count = 0
    for score in scores:
        if not 0 <= score <= 10:
            raise InvalidValue(f"a score is 0 to 10: {score}")
        count += 1
        promoters += score >= 9
        detractors += score <= 6
    if not count:
        return None
    # In integers, because a binary half is not always one.
    difference = promoters - detractors
    rounded = (200 * abs(difference) + count) // (2 * count)
    return rounded if difference >= 0 else -rounded
