"""Plays of days whose answers are known by hand."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.events import AgentConfigured, QueueConfigured
from halfminute_engine.routing.queue_rules import Overflow, OverflowKind
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    Presence,
    QueueId,
)
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.simulation.replay.models import NothingHandled, ReplayModels
from halfminute_engine.simulation.replay.recorded import (
    Handling,
    OfferAnswer,
    OfferEnd,
    RecordedPresence,
    WaitEnd,
)
from halfminute_engine.simulation.replay.results import ReplayResult, count_moved, sum_by_queue
from tests.halfminute_engine.simulation.replay.days import (
    ADA,
    BOB,
    SECOND,
    START,
    Q,
    abandoned,
    answered,
    configuration,
    day_of,
    replay_day,
)


def total(result: ReplayResult) -> ContactCounters:
    return sum_by_queue(result.counters)[Q]


def test_unchanged_a_day_is_what_it_was() -> None:
    # One agent, one after the other: 0, 40 s and 70 s of waiting, as recorded.
    day = day_of(answered("a", 0, 0, 60), answered("b", 20, 40, 60), answered("c", 50, 70, 60))
    counters = total(replay_day(day, configuration()))
    assert counters.offered == counters.answered.count == 3
    assert counters.answered.total_us == 110 * SECOND
    assert counters.answered.longest_us == 70 * SECOND
    assert counters.talk_us == 180 * SECOND
    assert counters.solved.total_us == (60 + 100 + 130) * SECOND


def test_another_agent_takes_the_wait_away() -> None:
    day = day_of(
        answered("a", 0, 0, 60), answered("b", 20, 40, 60), answered("c", 70, 50, 60),
        agents=(ADA, BOB),
    )  # fmt: skip
    before = replay_day(day, configuration(ADA))
    after = replay_day(day, configuration(ADA, BOB))
    assert total(before).answered.total_us == 90 * SECOND
    assert total(after).answered.total_us == 0
    assert count_moved(before, after) == (0, 1)


def test_whoever_left_leaves_after_the_same_time_unless_taken_before() -> None:
    day = day_of(answered("a", 0, 0, 60), abandoned("b", 10, 30), agents=(ADA, BOB))
    alone = total(replay_day(day, configuration(ADA)))
    assert (alone.abandoned.count, alone.abandoned.total_us) == (1, 30 * SECOND)
    # With a second agent it is taken at once, and handled as the only one who was.
    both = total(replay_day(day, configuration(ADA, BOB)))
    assert (both.abandoned.count, both.answered.count) == (0, 2)
    assert both.talk_us == 120 * SECOND


def test_who_was_answered_may_leave_where_the_wait_is_longer() -> None:
    """Everybody who was not answered at once left after 30 s: so would the others have."""
    others = [abandoned(f"left-{number}", 3_600 + number, 30) for number in range(25)]
    waiting = answered("a", 0, 0, 60), answered("b", 10, 0, 60, agent=BOB)
    away = RecordedPresence(START + 3_000 * SECOND, ADA, Presence.OFFLINE)
    there = RecordedPresence(START, ADA, Presence.AVAILABLE)
    day = day_of(*waiting, *others, presences=(there, away))
    counters = total(replay_day(day, configuration(ADA)))
    assert counters.answered.count == 1
    assert counters.abandoned.count == 26


def test_first_words_end_the_wait_and_not_the_taking() -> None:
    slow = Handling(60 * SECOND, first_words_us=7 * SECOND)
    day = day_of(answered("a", 0, 7, 60, handling=slow))
    assert total(replay_day(day, configuration())).answered.total_us == 7 * SECOND


def test_an_offer_that_rang_out_rings_out_again_and_costs_the_agent_a_minute() -> None:
    answers = OfferAnswer(OfferEnd.TIMED_OUT, 20 * SECOND), OfferAnswer(OfferEnd.ACCEPTED, 0)
    day = day_of(answered("a", 0, 80, 60, offers=answers), not_responding_us=(60 * SECOND,))
    assert total(replay_day(day, configuration())).answered.total_us == 80 * SECOND


def test_a_declined_offer_goes_to_somebody_else() -> None:
    answers = OfferAnswer(OfferEnd.DECLINED, 5 * SECOND), OfferAnswer(OfferEnd.ACCEPTED, 2 * SECOND)
    day = day_of(answered("a", 0, 7, 60, agent=BOB, offers=answers), agents=(ADA, BOB))
    result = replay_day(day, configuration(ADA, BOB))
    assert total(result).answered.total_us == 7 * SECOND
    assert result.takings[ConversationId("a")].agent_id == BOB


def test_the_wrap_up_holds_the_agent_as_the_queue_says() -> None:
    day = day_of(answered("a", 0, 0, 60), answered("b", 10, 80, 60))
    without = total(replay_day(day, configuration()))
    assert without.answered.total_us == 50 * SECOND
    with_wrap_up = total(replay_day(day, configuration(wrap_up_us=30 * SECOND)))
    assert with_wrap_up.answered.total_us == 80 * SECOND
    assert with_wrap_up.wrap_up_us == 60 * SECOND


def test_an_agent_who_ended_the_wrap_up_early_does_so_again() -> None:
    quick = Handling(60 * SECOND, 10 * SECOND, first_words_us=0, is_cut_short=True)
    day = day_of(answered("a", 0, 0, 60, handling=quick), answered("b", 10, 60, 60))
    counters = total(replay_day(day, configuration(wrap_up_us=30 * SECOND)))
    assert counters.answered.total_us == 60 * SECOND


def test_what_an_agent_takes_unasked_is_taken_at_the_same_moment() -> None:
    """Where the agent has room for it; who is at work on something else does not take more."""
    away = (RecordedPresence(START, ADA, Presence.AWAY),)
    pulled = answered("a", 0, 33, 60, is_taken_unasked=True, offers=())
    later = answered("b", 10, 40, 60, is_taken_unasked=True, offers=())
    day = day_of(pulled, later, presences=away)
    counters = total(replay_day(day, configuration()))
    assert (counters.answered.count, counters.answered.total_us) == (1, 33 * SECOND)
    assert counters.waiting == 1


def test_what_an_agent_has_as_the_day_begins_is_held_to_its_end() -> None:
    held = answered("old", -100, 0, 160, is_counted=False)
    day = day_of(held, answered("a", 0, 60, 60))
    counters = total(replay_day(day, configuration()))
    assert (counters.offered, counters.answered.total_us) == (1, 60 * SECOND)
    assert counters.handled == 1


def test_who_waits_as_the_day_begins_goes_first_and_is_not_counted() -> None:
    waiting = answered("old", -100, 100, 60, is_counted=False)
    day = day_of(waiting, answered("a", 0, 60, 60))
    counters = total(replay_day(day, configuration()))
    assert (counters.offered, counters.answered.total_us) == (1, 60 * SECOND)


def test_an_overflow_counts_in_both_queues() -> None:
    other = QueueId("other")
    overflow = Overflow(30 * SECOND, OverflowKind.QUEUE, other)
    day = day_of(answered("a", 0, 0, 60), answered("b", 10, 50, 60), agents=(ADA, BOB))
    first, ada = configuration(overflow=overflow)
    second = QueueConfigured(other, 20 * SECOND)
    bob = AgentConfigured(BOB, (other,), (), Capacity(100, (("chat", 100),)))
    result = replay_day(day, [first, second, ada, bob])
    counters = sum_by_queue(result.counters)
    assert counters[Q].flowed_out.total_us == 30 * SECOND
    assert counters[other].offered == counters[other].answered.count == 1
    assert result.takings[ConversationId("b")] == (other, BOB)


def test_a_message_that_closes_ends_the_wait_as_we_did() -> None:
    overflow = Overflow(30 * SECOND, OverflowKind.MESSAGE)
    day = day_of(answered("a", 0, 0, 60), answered("b", 10, 50, 60))
    counters = total(replay_day(day, configuration(overflow=overflow)))
    assert (counters.answered.count, counters.disconnected.total_us) == (1, 30 * SECOND)


def test_what_we_moved_or_closed_ourselves_goes_at_the_same_moment() -> None:
    closed = abandoned("b", 10, 30, wait_end=WaitEnd.DISCONNECTED)
    moved = abandoned("c", 10, 35, wait_end=WaitEnd.FLOWED_OUT)
    day = day_of(answered("a", 0, 0, 60), closed, moved)
    counters = total(replay_day(day, configuration()))
    assert counters.disconnected.total_us == 30 * SECOND
    assert counters.flowed_out.total_us == 35 * SECOND


def test_a_queue_that_is_not_there_strands_who_comes() -> None:
    day = day_of(answered("a", 0, 0, 60))
    result = replay_day(day, configuration()[1:])
    assert result.stranded_count == 1
    assert total(result).waiting == 1


def test_an_agent_who_is_gone_by_now_holds_nothing() -> None:
    ghost = AgentId("ghost")
    held = answered("old", -100, 0, 10_000, agent=ghost, is_counted=False)
    day = day_of(held, answered("a", 0, 0, 60))
    assert total(replay_day(day, configuration())).answered.total_us == 0


def test_a_day_without_anybody_handled_is_refused() -> None:
    with pytest.raises(NothingHandled):
        ReplayModels(day_of(abandoned("a", 0, 5)), 1)


def test_the_same_seed_gives_the_same_commands() -> None:
    stays = [answered(f"{n}", n * 7, 0, 30 + n % 50) for n in range(300)]
    stays += [abandoned(f"left-{n}", n * 11, 5 + n % 40) for n in range(60)]
    day = day_of(*stays, agents=(ADA, BOB))
    events = configuration(ADA)
    first, again = replay_day(day, events), replay_day(day, events)
    assert first.command_hash == again.command_hash
    assert replay_day(day, events, seed=2).command_hash != first.command_hash


def test_nobody_is_lost_on_a_crowded_day() -> None:
    stays = [answered(f"{n}", n, 0, 30 + n % 50) for n in range(400)]
    day = day_of(*stays, agents=(ADA, BOB))
    counters = total(replay_day(day, configuration(ADA, BOB)))
    ends = counters.answered.count + counters.abandoned.count + counters.waiting
    assert counters.offered == ends == 400


def test_who_left_a_silent_agent_is_handled_as_another_was_when_taken_sooner() -> None:
    """Their own handling says nothing of it: the agent had not said a word yet."""
    silent = Handling(5 * SECOND)
    left = answered("b", 10, 30, 0, wait_end=WaitEnd.ABANDONED, handling=silent, offers=())
    day = day_of(answered("a", 500, 0, 60), left)
    counters = total(replay_day(day, configuration()))
    assert (counters.answered.count, counters.talk_us) == (2, 120 * SECOND)


def test_on_a_day_on_which_nobody_left_nobody_leaves() -> None:
    stays = [answered(f"{n}", 10 * n, n % 7, 60, agent=BOB) for n in range(30)]
    counters = total(replay_day(day_of(*stays), configuration()))
    assert (counters.answered.count, counters.abandoned.count) == (30, 0)
    assert counters.answered.longest_us > 1_000 * SECOND


def test_what_was_handed_on_before_a_word_has_flowed_out() -> None:
    handed = answered("b", 100, 0, 0, wait_end=WaitEnd.FLOWED_OUT, handling=Handling(20 * SECOND))
    counters = total(replay_day(day_of(answered("a", 0, 0, 60), handed), configuration()))
    assert counters.flowed_out.total_us == 20 * SECOND
    assert counters.disconnected.count == 0


def test_who_is_to_be_called_back_need_not_stay() -> None:
    overflow = Overflow(30 * SECOND, OverflowKind.CALLBACK, is_kept=True)
    day = day_of(answered("a", 0, 0, 100), abandoned("b", 10, 50))
    counters = total(replay_day(day, configuration(overflow=overflow)))
    assert (counters.abandoned.count, counters.answered.longest_us) == (0, 90 * SECOND)


def test_who_leaves_a_silent_agent_frees_it() -> None:
    slow = Handling(60 * SECOND, first_words_us=50 * SECOND)
    day = day_of(
        answered("a", 0, 50, 60, handling=slow, taken_us=START),
        abandoned("b", 100, 30),
        answered("c", 131, 50, 60, handling=slow, taken_us=START + 131 * SECOND),
    )
    counters = total(replay_day(day, configuration()))
    assert counters.abandoned.total_us == 30 * SECOND
    assert counters.answered.total_us == 100 * SECOND


def test_solved_counts_from_the_first_message_and_of_the_answered() -> None:
    early = answered("a", 0, 0, 60, first_message_us=START - 10 * SECOND)
    wordless = Handling(60 * SECOND, solved_us=60 * SECOND)
    unsaid = answered("b", 100, 0, 60, wait_end=WaitEnd.DISCONNECTED, handling=wordless)
    counters = total(replay_day(day_of(early, unsaid), configuration()))
    assert (counters.solved.count, counters.solved.total_us) == (1, 70 * SECOND)
    assert counters.disconnected.total_us == 60 * SECOND
