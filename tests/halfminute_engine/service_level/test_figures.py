"""Waits, work and outcomes: each figure by hand, by recount, and without a denominator."""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.service_level import outcomes, waits, work
from halfminute_engine.service_level.counters import AgentCounters, ContactCounters
from halfminute_engine.service_level.durations import SECOND_US, DurationTally
from halfminute_engine.service_level.errors import InvalidValue
from halfminute_engine.service_level.outcomes import RatingCounters, net_promoter_score
from tests.halfminute_engine.service_level.contacts import Contact, End, contacts, count

HOUR_US = 3_600 * SECOND_US


def in_seconds(*numbers: float) -> DurationTally:
    return DurationTally.of(round(number * SECOND_US) for number in numbers)


def test_asa_does_not_see_those_who_left_and_the_mean_wait_does() -> None:
    counters = ContactCounters(
        offered=5,
        answered=in_seconds(10, 20),
        abandoned=in_seconds(4, 86),
        flowed_out=in_seconds(30),
        answered_from_first_queue=in_seconds(10, 140),
    )

    assert waits.asa_seconds(counters) == 15
    assert waits.asa_from_first_queue_seconds(counters) == 75
    assert waits.mean_wait_seconds(counters) == 30
    assert waits.longest_wait_seconds(counters) == 86
    assert waits.abandon_ratio(counters) == 2 / 5
    assert waits.abandon_ratio_without_short(counters, 5) == 1 / 4
    assert waits.abandon_ratio_without_short(counters, 4) == 2 / 5
    assert waits.abandoned_within_ratio(counters, 4) == 1 / 5


def test_replies_are_a_figure_of_their_own() -> None:
    counters = ContactCounters(first_replies=in_seconds(30), replies=in_seconds(30, 10, 50))

    assert waits.first_response_seconds(counters) == 30
    assert waits.reply_seconds(counters) == 30
    assert waits.replied_within_ratio(counters, 30) == 2 / 3


@given(contacts)
def test_means_equal_a_recount(those: list[Contact]) -> None:
    counters = count(those)
    answered = [each.wait_us / SECOND_US for each in those if each.end is End.ANSWERED]
    ended = [each.wait_us / SECOND_US for each in those if each.end is not End.WAITING]

    assert waits.asa_seconds(counters) == (pytest.approx(fmean(answered)) if answered else None)
    assert waits.mean_wait_seconds(counters) == (pytest.approx(fmean(ended)) if ended else None)


@given(contacts)
def test_solved_within_three_minutes_of_offered_is_never_above_that_of_answered(
    those: list[Contact],
) -> None:
    counters = count(those)
    of_answered = outcomes.solved_within_of_answered(counters)
    of_offered = outcomes.solved_within_of_offered(counters)

    if of_answered is not None:
        assert of_offered is not None
        assert 0 <= of_offered <= of_answered <= 1


def test_who_is_not_solved_failed() -> None:
    counters = ContactCounters(
        offered=5, answered=in_seconds(1, 1, 1, 1), solved=in_seconds(60, 180, 180.000001)
    )

    assert outcomes.solved_within_of_answered(counters) == 2 / 4
    assert outcomes.solved_within_of_offered(counters) == 2 / 5
    assert outcomes.solved_within_of_answered(counters, 240) == 3 / 4
    assert outcomes.resolution_seconds(counters) == pytest.approx(140)


def test_what_may_still_come_back_is_in_neither_number_of_fcr() -> None:
    counters = ContactCounters(handled=100, followable=80, followed_up=8)

    assert outcomes.first_contact_resolution(counters) == 0.9


def test_handle_time_by_the_wall_and_by_the_agents() -> None:
    contacts = ContactCounters(
        handled=10,
        talk_us=600 * SECOND_US,
        hold_us=100 * SECOND_US,
        wrap_up_us=300 * SECOND_US,
    )
    agents = AgentCounters(busy_us=400 * SECOND_US, handle_us=1_000 * SECOND_US)

    assert work.aht_seconds(contacts) == 100
    assert work.agent_time_aht_seconds(agents, contacts.handled) == 40
    assert work.concurrency(agents) == 2.5


def test_an_hour_of_ten_agents() -> None:
    agents = AgentCounters(
        busy_us=6 * HOUR_US,
        idle_us=2 * HOUR_US,
        away_us=HOUR_US,
        used_units_us=400 * HOUR_US,
        capacity_units_us=800 * HOUR_US,
        other_productive_us=HOUR_US,
        paid_us=10 * HOUR_US,
        scheduled_us=9 * HOUR_US,
        adherent_us=8 * HOUR_US,
        worked_us=10 * HOUR_US,
    )

    assert work.occupancy(agents) == 6 / 8
    assert work.load_occupancy(agents) == 1 / 2
    assert work.utilisation(agents) == 6 / 10
    assert work.productive_utilisation(agents) == 7 / 10
    assert work.shrinkage(agents) == pytest.approx(0.2)
    assert work.adherence(agents) == 8 / 9
    assert work.conformance(agents) == 10 / 9


CONTACT_FIGURES: list[Callable[[ContactCounters], float | None]] = [
    waits.asa_seconds,
    waits.asa_from_first_queue_seconds,
    waits.mean_wait_seconds,
    waits.longest_wait_seconds,
    waits.abandon_ratio,
    waits.abandon_ratio_without_short,
    lambda counters: waits.abandoned_within_ratio(counters, 5),
    waits.first_response_seconds,
    waits.reply_seconds,
    lambda counters: waits.replied_within_ratio(counters, 30),
    outcomes.resolution_seconds,
    outcomes.solved_within_of_answered,
    outcomes.solved_within_of_offered,
    outcomes.first_contact_resolution,
    work.aht_seconds,
]

AGENT_FIGURES: list[Callable[[AgentCounters], float | None]] = [
    work.concurrency,
    work.occupancy,
    work.load_occupancy,
    work.utilisation,
    work.productive_utilisation,
    work.shrinkage,
    work.adherence,
    work.conformance,
    lambda agents: work.agent_time_aht_seconds(agents, 0),
]


@pytest.mark.parametrize("figure", CONTACT_FIGURES)
def test_a_figure_of_nobody_is_none(figure: Callable[[ContactCounters], float | None]) -> None:
    assert figure(ContactCounters()) is None


@pytest.mark.parametrize("figure", AGENT_FIGURES)
def test_a_figure_of_no_time_is_none(figure: Callable[[AgentCounters], float | None]) -> None:
    assert figure(AgentCounters()) is None


def test_csat_counts_answers_and_the_response_ratio_those_asked() -> None:
    ratings = RatingCounters.of([5, 4, 4, 3, 1], asked=20)

    assert outcomes.csat(ratings) == 3 / 5
    assert outcomes.mean_rating(ratings) == 17 / 5
    assert outcomes.response_ratio(ratings) == 1 / 4


def test_without_an_answer_there_is_no_csat() -> None:
    silent = RatingCounters(asked=20)

    assert outcomes.csat(silent) is outcomes.mean_rating(silent) is None
    assert outcomes.response_ratio(silent) == 0
    assert outcomes.response_ratio(RatingCounters()) is None


@given(st.lists(st.integers(1, 5)), st.lists(st.integers(1, 5)))
def test_ratings_add_up(one: list[int], two: list[int]) -> None:
    assert RatingCounters.of(one) + RatingCounters.of(two) == RatingCounters.of(one + two)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], None),
        ([10, 9], 100),
        ([0, 6], -100),
        ([7, 8], 0),
        ([10, 9, 8, 3], 25),
        ([10, 7, 7], 33),
        ([10, *[7] * 199], 1),
        ([0, *[7] * 199], -1),
        ([0, 10, 10, *[7] * 198], 0),
    ],
)
def test_nps_is_a_whole_number(scores: list[int], expected: int | None) -> None:
    assert net_promoter_score(scores) == expected


@given(st.lists(st.integers(0, 10), min_size=1))
def test_nps_turns_with_the_scale(scores: list[int]) -> None:
    swap = {9: 6, 10: 0}
    turned = [swap.get(score, 9 if score <= 6 else score) for score in scores]

    found = net_promoter_score(scores)

    assert found is not None
    assert -100 <= found <= 100
    assert net_promoter_score(turned) == -found


def test_scores_off_the_scale_are_refused() -> None:
    with pytest.raises(InvalidValue):
        net_promoter_score([11])
    with pytest.raises(InvalidValue):
        RatingCounters.of([0])
