"""Plays of overflow: what nobody has taken for too long goes elsewhere, and never in a circle."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.checks import Fault, FaultCode, find_faults, require_sound
from halfminute_engine.routing.commands import OverflowConversation, ReportStranded
from halfminute_engine.routing.errors import UnknownConversation, UnsoundConfiguration
from halfminute_engine.routing.events import (
    CallbackRequested,
    ConversationWithdrawn,
    QueueConfigured,
    QueueRemoved,
)
from halfminute_engine.routing.queue_rules import OverflowKind
from halfminute_engine.routing.values import ConversationId, QueueId, StrandedReason
from tests.halfminute_engine.routing.cast_of_play import (
    accepted,
    agent,
    available,
    declined,
    elapsed,
    offers,
    overflow,
    queue,
    queued,
    ring,
    starts,
)
from tests.halfminute_engine.routing.play import Play

C1 = ConversationId("c1")
STEPS = "steps:support"


def overflows(
    conversation_id: str,
    to: str | None = None,
    *,
    queue_id: str = "support",
    kind: OverflowKind = OverflowKind.QUEUE,
    is_kept: bool = False,
) -> OverflowConversation:
    target = None if to is None else QueueId(to)
    return OverflowConversation(
        ConversationId(conversation_id), QueueId(queue_id), kind, target, is_kept
    )


def to_sales(*, credit_seconds: int = 0) -> Play:
    play = Play().given(queue(overflow=overflow(60, "sales")))
    return play.given(
        queue("sales", credit_seconds=credit_seconds, rings=(ring(30),)), agent("ann", "sales")
    )


def test_it_waits_in_the_other_queue_with_its_age() -> None:
    play = to_sales()
    play.given(queued("c1", at=0), queued("c2", "sales", at=1))
    with play.at(60):
        play >> elapsed(STEPS) << overflows("c1", "sales")
        play >> available("ann")
        play << offers(1, "c1", "ann", at=60, queue_id="sales")


def test_the_clock_of_the_other_queue_begins_when_it_comes_there() -> None:
    play = to_sales().given(queued("c1", needs=(("ru", 1),)), available("ann"))
    with play.at(60):
        play >> elapsed(STEPS) << overflows("c1", "sales") << starts("steps:sales", 90)
    explanation = play.router.explain(C1)
    assert (explanation.queued_at_us, explanation.entered_at_us) == (0, 60_000_000)
    assert (explanation.queue_id, explanation.ring) == ("sales", 0)
    with play.at(90):
        play >> elapsed("steps:sales")
        play << offers(1, "c1", "ann", at=90, queue_id="sales")


def test_it_has_the_credit_of_the_queue_it_waits_in() -> None:
    play = Play().given(queue(credit_seconds=100, overflow=overflow(60, "sales")))
    play.given(queue("sales", credit_seconds=30), agent("ann", "sales"))
    play.given(queued("c1", at=20, credit_seconds=5)).at(80)
    play.given(elapsed(STEPS), queued("c2", "sales", at=14), queued("c3", "sales", at=16))
    with play:
        play >> available("ann")
        play << offers(1, "c2", "ann", at=80, queue_id="sales")
        play >> accepted(1)
        play << offers(2, "c1", "ann", at=80, queue_id="sales")


def test_the_rings_come_first_and_the_overflow_after_the_last() -> None:
    rings = (ring(10, ("ru", 1)), ring(20))
    play = Play().given(queue(rings=rings, overflow=overflow(30, "sales")), queue("sales"))
    play.given(queued("c1", needs=(("ru", 2),)))
    for second in (10, 20):
        with play.at(second):
            play >> elapsed(STEPS) << starts(STEPS, second + 10)
    with play.at(30):
        play >> elapsed(STEPS) << overflows("c1", "sales")


def test_what_overflows_does_not_come_back() -> None:
    play = Play().given(queue(overflow=overflow(10, "sales")), agent("ann"))
    play.given(queue("sales", overflow=overflow(10, "support")), queued("c1"))
    with play.at(10):
        play >> elapsed(STEPS) << overflows("c1", "sales")
    with play.at(10_000):
        play >> available("ann")
        play >> queued("c2", "sales", at=10_000) << starts("steps:sales", 10_010)
    assert play.router.explain(C1).next_step_at_us is None


def test_one_who_brings_its_origins_does_not_go_back_there() -> None:
    play = Play().given(queue(), queue("sales", overflow=overflow(10, "support")))
    with play.at(10):
        play >> queued("c1", "sales", origin_queue_ids=(QueueId("support"),))


def test_while_it_rings_it_does_not_overflow_but_when_it_comes_back() -> None:
    play = to_sales().given(agent("bob"), available("bob")).at(50).given(queued("c1", at=0))
    with play.at(65):
        play >> declined(1) << starts("exclusions:c1", 95)
        play << starts(STEPS, 60)
        play >> elapsed(STEPS) << overflows("c1", "sales") << starts("steps:sales", 95)


@pytest.mark.parametrize("kind", [OverflowKind.CALLBACK, OverflowKind.MESSAGE])
def test_a_callback_or_a_message_ends_the_waiting(kind: OverflowKind) -> None:
    play = Play().given(queue(overflow=overflow(60, kind=kind)), agent("ann"), queued("c1"))
    with play.at(60):
        play >> elapsed(STEPS) << overflows("c1", kind=kind)
        play >> available("ann")
    with pytest.raises(UnknownConversation):
        play.router.explain(C1)


def test_one_who_is_kept_waits_on_in_its_place_as_a_callback() -> None:
    kind = OverflowKind.CALLBACK
    play = Play().given(queue(overflow=overflow(60, kind=kind, is_kept=True)), agent("ann"))
    play.given(queued("c1", at=1), queued("c2", at=2))
    with play.at(61):
        play >> elapsed(STEPS) << overflows("c1", kind=kind, is_kept=True) << starts(STEPS, 62)
        play >> available("ann") << offers(1, "c1", "ann", at=61, is_callback=True)
        play >> accepted(1)
        play << offers(2, "c2", "ann", at=61)


def test_one_who_is_written_to_and_kept_waits_on_and_is_no_callback() -> None:
    kind = OverflowKind.MESSAGE
    play = Play().given(queue(overflow=overflow(60, kind=kind, is_kept=True)), agent("ann"))
    with play.given(queued("c1")).at(60):
        play >> elapsed(STEPS) << overflows("c1", kind=kind, is_kept=True)
        play >> available("ann") << offers(1, "c1", "ann", at=60)


def test_a_requested_callback_keeps_its_place() -> None:
    play = Play().given(queue(), agent("ann"), queued("c1", at=1), queued("c2", at=2))
    with play:
        play >> CallbackRequested(C1)
        play >> CallbackRequested(ConversationId("unknown"))
        play >> available("ann") << offers(1, "c1", "ann", at=0, is_callback=True)


def test_whoever_was_promised_a_call_is_not_turned_away_instead() -> None:
    rules = overflow(60, kind=OverflowKind.MESSAGE)
    play = Play().given(queue(overflow=rules), queued("c1"), CallbackRequested(C1))
    with play.at(60):
        play >> elapsed(STEPS)
    assert play.router.explain(C1).is_callback


def test_an_assigned_conversation_is_no_callback() -> None:
    play = Play().given(queue(), agent("ann"), available("ann"), queued("c1"), accepted(1))
    with play:
        play >> CallbackRequested(C1)
    assert not play.router.explain(C1).is_callback


def test_who_leaves_does_not_overflow() -> None:
    play = to_sales().given(queued("c1"), ConversationWithdrawn(C1, "left"))
    with play.at(60):
        play >> elapsed(STEPS)


def test_without_its_target_an_overflow_waits_for_it() -> None:
    play = Play().given(queue(overflow=overflow(60, "sales")), queued("c1"))
    with play.at(70):
        play >> queue("sales") << starts(STEPS, 60)
        play >> elapsed(STEPS) << overflows("c1", "sales")
        play >> QueueRemoved(QueueId("sales"))
        play << ReportStranded(C1, QueueId("sales"), StrandedReason.QUEUE_REMOVED)


def test_an_overflow_that_is_added_holds_for_those_who_wait() -> None:
    play = Play().given(queue(), queue("sales"), queued("c1"))
    with play.at(70):
        play >> queue(overflow=overflow(60, "sales")) << starts(STEPS, 60)
        play >> elapsed(STEPS) << overflows("c1", "sales")


NARROW = (ring(10, ("ru", 1)),)


def test_a_whole_configuration_is_found_sound() -> None:
    require_sound(
        [
            queue("a"),
            queue("b", rings=(ring(10),)),
            queue("c", rings=NARROW, overflow=overflow(20, "b")),
            queue("d", rings=NARROW, overflow=overflow(20, kind=OverflowKind.CALLBACK)),
            queue("e", overflow=overflow(20, "f")),
            queue("f", overflow=overflow(20, "e")),
        ]
    )


@pytest.mark.parametrize(
    ("queues", "found"),
    [
        ([queue("a"), queue("a")], [("a", "queue_id", FaultCode.QUEUE_TWICE)]),
        (
            [queue("a", overflow=overflow(5, "x")), queue("b", overflow=overflow(5, "y"))],
            [
                ("a", "overflow.queue_id", FaultCode.TARGET_UNKNOWN),
                ("b", "overflow.queue_id", FaultCode.TARGET_UNKNOWN),
            ],
        ),
        ([queue("a", rings=NARROW)], [("a", "rings", FaultCode.NO_END)]),
        (
            [queue("a", rings=NARROW, overflow=overflow(20, "b")), queue("b", rings=NARROW)],
            [("a", "overflow", FaultCode.NO_END), ("b", "rings", FaultCode.NO_END)],
        ),
        (
            [
                queue("a", rings=NARROW, overflow=overflow(20, "b")),
                queue("b", rings=NARROW, overflow=overflow(20, "a")),
            ],
            [("a", "overflow", FaultCode.NO_END), ("b", "overflow", FaultCode.NO_END)],
        ),
        (
            [
                queue(
                    "a",
                    rings=NARROW,
                    overflow=overflow(20, kind=OverflowKind.MESSAGE, is_kept=True),
                )
            ],
            [("a", "overflow", FaultCode.NO_END)],
        ),
    ],
)
def test_what_does_not_fit_together_is_told_all_at_once(
    queues: list[QueueConfigured], found: list[tuple[str, str, FaultCode]]
) -> None:
    assert find_faults(queues) == [
        Fault(QueueId(queue), field, code) for queue, field, code in found
    ]
    with pytest.raises(UnsoundConfiguration, match=rf"{found[0][0]}\.{found[0][1]}"):
        require_sound(queues)
