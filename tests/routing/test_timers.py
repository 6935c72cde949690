"""Timers fire once, in order, and not when they were cancelled or put off."""

from __future__ import annotations

import pytest

from halfminute.routing.timers import TimerHeap
from halfminute_engine.routing.commands import (
    CancelTimer,
    Command,
    OfferConversation,
    StartTimer,
    WithdrawOffer,
)
from halfminute_engine.routing.events import Event, OfferAccepted, OfferDeclined, OfferRefused
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    QueueId,
    RefusalCause,
    Timer,
    TimerId,
    WithdrawalReason,
)

A, B, C = TimerId("offer:1"), TimerId("offer:2"), TimerId("wrap_up:3")


def test_those_due_come_once_and_in_order() -> None:
    timers = TimerHeap([Timer(B, 20), Timer(A, 10)])
    timers.start(C, 30)
    assert timers.pop_due(25, limit=10) == [A, B]
    assert timers.pop_due(25, limit=10) == []
    assert timers.next_due_us == 30


def test_a_cancelled_or_replaced_timer_does_not_fire_at_its_old_time() -> None:
    timers = TimerHeap([Timer(A, 10), Timer(B, 10)])
    timers.cancel(A)
    timers.start(B, 40)
    assert timers.pop_due(39, limit=10) == []
    timers.start(A, 15)
    assert timers.pop_due(39, limit=10) == [A]
    assert timers.pop_due(40, limit=10) == [B]


def test_no_more_than_the_limit_come_at_once() -> None:
    timers = TimerHeap([Timer(A, 1), Timer(B, 2), Timer(C, 3)])
    assert timers.pop_due(9, limit=2) == [A, B]
    assert timers.pop_due(9, limit=2) == [C]


ONE = OfferNumber(1)
RINGS = OfferConversation(ONE, ConversationId("c1"), AgentId("ann"), QueueId("q"), "chat", 20)


def test_an_offer_that_nobody_answers_rings_out() -> None:
    timers = TimerHeap()
    timers.follow([], [RINGS, StartTimer(C, 30)])
    assert timers.pop_due(30, limit=10) == [A, C]


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (OfferAccepted(ONE), None),
        (OfferDeclined(ONE), None),
        (OfferRefused(ONE, RefusalCause.AGENT), None),
        (
            None,
            WithdrawOffer(ONE, ConversationId("c1"), AgentId("ann"), WithdrawalReason.TIMED_OUT),
        ),
    ],
)
def test_an_offer_that_has_ended_does_not(event: Event | None, command: Command | None) -> None:
    timers = TimerHeap()
    timers.follow([], [RINGS])
    timers.follow([event] if event else [], [command] if command else [])
    assert timers.next_due_us is None


def test_what_is_cancelled_does_not_fire() -> None:
    timers = TimerHeap([Timer(C, 10)])
    timers.follow([], [CancelTimer(C)])
    assert timers.next_due_us is None
