"""What the log tells of a conversation, read as stays in queues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from halfminute.kit.event_log import Event
from halfminute.kit.time import from_us
from halfminute.workforce.replay.stays import NO_QUEUE, QueueFacts, StayReader, is_open_at
from halfminute_engine.simulation.replay.recorded import (
    Handling,
    OfferAnswer,
    OfferEnd,
    RecordedStay,
    WaitEnd,
)

SECOND = 1_000_000
START = 1_800_000_000 * SECOND
CONVERSATION = UUID(int=7)
FACTS = {"line": QueueFacts(30 * SECOND, "other"), "other": QueueFacts(None, None)}

Told = tuple[int, str, dict[str, Any]]


def queued(at: int, queue_id: str = "line", age: int | None = None) -> Told:
    data = {
        "queue_id": queue_id,
        "channel_kind": "chat",
        "queued_at_us": START + (at if age is None else age) * SECOND,
        "priority_credit_seconds": 5,
    }
    return at, "ConversationQueued", data


def assigned(at: int, by: str = "offer", agent: str = "ada") -> Told:
    return at, "ConversationAssigned", {"agent_id": agent, "channel_kind": "chat", "by": by}


def replied(at: int) -> Told:
    return at, "ReplyQueued", {}


def wrapping_up(at: int, *, is_solved: bool | None = True) -> Told:
    return at, "WrapUpStarted", {"is_solved": is_solved}


def closed(at: int, *, is_solved: bool | None = True) -> Told:
    return at, "ConversationClosed", {"is_solved": is_solved}


def read(
    *told: Told, offers: tuple[tuple[int, OfferAnswer], ...] = ()
) -> list[tuple[RecordedStay, int | None]]:
    events = [
        Event(
            xid=1, position=seq, stream=f"conversation:{CONVERSATION}", seq=seq,
            at=from_us(START + at * SECOND), type=event_type, data=data,
        )
        for seq, (at, event_type, data) in enumerate(told, start=1)
    ]  # fmt: skip
    return StayReader(FACTS).read(CONVERSATION, events, (), offers)


def only(*told: Told) -> RecordedStay:
    [(stay, _)] = read(*told)
    return stay


def test_from_the_first_message_to_the_end_of_the_wrap_up() -> None:
    told: tuple[Told, ...] = (
        (0, "MessageReceived", {}),
        queued(2),
        assigned(10),
        replied(13),
        wrapping_up(60),
    )
    stay = only(*told, closed(90))
    assert (stay.wait_end, stay.waited_us) == (WaitEnd.ANSWERED, 11 * SECOND)
    assert stay.first_message_us == START
    assert stay.taken_us == START + 10 * SECOND
    assert (stay.agent_id, stay.is_taken_unasked) == ("ada", False)
    assert stay.priority_credit_us == 5 * SECOND
    assert stay.handling == Handling(50 * SECOND, 30 * SECOND, 3 * SECOND, 50 * SECOND)


def test_a_wrap_up_that_its_agent_has_ended_is_cut_short() -> None:
    stay = only(queued(0), assigned(0), replied(0), wrapping_up(60), closed(70))
    assert stay.handling == Handling(60 * SECOND, 10 * SECOND, 0, 60 * SECOND, is_cut_short=True)


def test_who_writes_during_the_wrap_up_is_talked_with_once_more() -> None:
    told: tuple[Told, ...] = (
        queued(0),
        assigned(0),
        replied(0),
        wrapping_up(60),
        assigned(70, "reopen"),
    )
    stay = only(*told, wrapping_up(100, is_solved=False), closed(130, is_solved=False))
    assert stay.handling == Handling(100 * SECOND, 30 * SECOND, 0, None)
    solved = only(*told, wrapping_up(100), closed(130))
    assert solved.handling == Handling(100 * SECOND, 30 * SECOND, 0, 100 * SECOND)


def test_an_outcome_chosen_later_counts_from_the_first_word_of_it() -> None:
    told: tuple[Told, ...] = queued(0), assigned(0), replied(0), wrapping_up(60, is_solved=None)
    stay = only(*told, (75, "OutcomeChosen", {"is_solved": True}), closed(90))
    assert stay.handling is not None
    assert stay.handling.solved_us == 75 * SECOND


def test_who_left_before_a_word_has_abandoned_also_when_taken() -> None:
    ended: Told = (20, "ConversationEndedByContact", {})
    taken = only(queued(0), assigned(5), ended, closed(20, is_solved=None))
    assert (taken.wait_end, taken.waited_us) == (WaitEnd.ABANDONED, 20 * SECOND)
    waiting = only(queued(0), ended, closed(20, is_solved=None))
    assert (waiting.wait_end, waiting.taken_us) == (WaitEnd.ABANDONED, None)


def test_an_overflow_goes_on_with_the_same_stay() -> None:
    stay = only(queued(0), queued(30, "other", age=0), assigned(40), replied(40), closed(60))
    assert (stay.queue_id, stay.waited_us) == ("line", 40 * SECOND)


def test_another_move_is_another_stay() -> None:
    (first, first_ended), (second, _) = read(
        queued(0, "other"), queued(30, "line", age=0), assigned(40), replied(41), closed(60)
    )
    assert (first.wait_end, first.waited_us) == (WaitEnd.FLOWED_OUT, 30 * SECOND)
    assert first_ended == START + 30 * SECOND
    assert (second.queue_id, second.age_us, second.waited_us) == ("line", START, 11 * SECOND)


def test_what_somebody_passed_on_is_another_stay_also_where_it_would_overflow_to() -> None:
    passed_on: Told = (30, "ConversationTransferred", {})
    (first, _), (second, _) = read(
        queued(0), passed_on, queued(30, "other", age=0), assigned(40), replied(41), closed(60)
    )
    assert first.wait_end is WaitEnd.FLOWED_OUT
    assert (second.queue_id, second.waited_us) == ("other", 11 * SECOND)


def test_a_message_that_closed_is_the_routers_to_send_again() -> None:
    overflowed: Told = (30, "ConversationOverflowed", {})
    by_router = only(queued(0), overflowed, closed(30, is_solved=None))
    assert (by_router.wait_end, by_router.waited_us) == (None, 30 * SECOND)
    by_hand = only(queued(0), overflowed, closed(90, is_solved=None))
    assert by_hand.wait_end is WaitEnd.DISCONNECTED


def test_a_conversation_that_comes_back_stays_once_more() -> None:
    told: tuple[Told, ...] = (
        (0, "MessageReceived", {}),
        queued(0),
        assigned(0),
        replied(0),
        closed(60),
    )
    again: tuple[Told, ...] = (
        (500, "ConversationReopened", {}),
        queued(500),
        assigned(510, "pull"),
        replied(510),
    )
    (first, _), (second, ended) = read(*told, *again)
    assert first.conversation_id != second.conversation_id
    assert (second.first_message_us, second.waited_us) == (START, 10 * SECOND)
    assert (second.is_taken_unasked, second.handling, ended) == (True, None, None)


def test_what_an_agent_takes_without_a_queue_is_held_all_the_same() -> None:
    stay = only(assigned(0, "pull"), closed(60))
    assert (stay.queue_id, stay.taken_us) == (NO_QUEUE, START)
    assert stay.handling is not None


def test_offers_belong_to_the_stay_in_which_they_rang() -> None:
    timed_out = OfferAnswer(OfferEnd.TIMED_OUT, 20 * SECOND)
    accepted = OfferAnswer(OfferEnd.ACCEPTED, 3 * SECOND)
    offers = (
        (START, timed_out),
        (START + 20 * SECOND, accepted),
        (START + 500 * SECOND, accepted),
    )
    told: tuple[Told, ...] = queued(0), assigned(23), replied(23), closed(60)
    again: tuple[Told, ...] = (
        (500, "ConversationReopened", {}),
        queued(500),
        assigned(503),
        replied(503),
    )
    (first, _), (second, _) = read(*told, *again, offers=offers)
    assert (first.offers, second.offers) == ((timed_out, accepted), (accepted,))


def test_what_is_under_way_at_a_moment() -> None:
    [(stay, ended)] = read(queued(0), assigned(10), replied(10), closed(60))
    moments = [is_open_at(stay, ended, START + at * SECOND) for at in (0, 1, 59, 60, 61)]
    assert moments == [False, True, True, False, False]
    assert is_open_at(stay, None, START + 1_000 * SECOND)
