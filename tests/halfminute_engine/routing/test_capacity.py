"""Plays of room: what may interrupt what, and how many of a kind at once."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.commands import WithdrawOffer
from halfminute_engine.routing.errors import InvalidValue
from halfminute_engine.routing.explain import Verdict
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    OfferNumber,
    WithdrawalReason,
)
from tests.halfminute_engine.routing.cast_of_play import (
    accepted,
    agent,
    assigned,
    available,
    offers,
    queue,
    queued,
    released,
)
from tests.halfminute_engine.routing.play import Play

WEIGHTS = (("chat", 34), ("email", 20), ("voice", 100))
INTERRUPTED = Capacity(100, WEIGHTS, interrupts=(("voice", ("email",)), ("chat", ("email",))))
LIMITED = Capacity(100, WEIGHTS, limits=(("chat", 2), ("email", 1)))


@pytest.fixture
def play() -> Play:
    return Play().given(queue(), agent("ann", capacity=INTERRUPTED), available("ann"))


def letters(play: Play, count: int, agent_id: str = "ann") -> Play:
    return play.given(*[assigned(f"m{number}", agent_id, "email") for number in range(count)])


def verdict(play: Play, conversation_id: str, agent_id: str = "ann") -> Verdict:
    candidates = play.router.explain(ConversationId(conversation_id)).candidates
    return next(item.verdict for item in candidates if item.agent_id == agent_id)


def test_a_call_interrupts_letters(play: Play) -> None:
    with letters(play, 4):
        play >> queued("call", kind="voice")
        play << offers(1, "call", "ann", at=0, kind="voice")


def test_what_was_interrupted_counts_once_the_call_is_there(play: Play) -> None:
    letters(play, 2).given(queued("call", kind="voice"), accepted(1))
    with play:
        play >> queued("c1")
        play >> queued("m9", kind="email")
        play >> released("call", "ann")
        play << offers(2, "c1", "ann", at=0)


def test_a_letter_interrupts_nothing(play: Play) -> None:
    with letters(play, 5):
        play >> queued("m9", kind="email")
        play >> released("m0", "ann")
        play << offers(1, "m9", "ann", at=0, kind="email")


def test_a_call_does_not_interrupt_a_chat(play: Play) -> None:
    with play.given(assigned("c1", "ann")):
        play >> queued("call", kind="voice")
        play >> released("c1", "ann")
        play << offers(1, "call", "ann", at=0, kind="voice")


def test_who_is_idle_is_asked_before_who_would_be_interrupted(play: Play) -> None:
    letters(play, 2).given(agent("bob", capacity=INTERRUPTED))
    with play.at(9).given(available("bob")):
        play >> queued("call", kind="voice")
        play << offers(1, "call", "bob", at=9, kind="voice")


def test_who_has_less_but_no_room_does_not_hide_who_can_be_interrupted() -> None:
    play = Play().given(queue(), agent("ann", capacity=INTERRUPTED))
    play.given(agent("bob", capacity=INTERRUPTED), available("ann"), available("bob"))
    with letters(play.given(assigned("c1", "bob")), 3):
        play >> queued("call", kind="voice")
        play << offers(1, "call", "ann", at=0, kind="voice")


def test_a_call_that_rings_at_who_is_interrupted_goes_on_when_a_letter_is_added(
    play: Play,
) -> None:
    with letters(play, 2).given(queued("call", kind="voice")):
        play >> assigned("m9", "ann", "email")
        play >> assigned("c1", "ann")
        play << WithdrawOffer(
            OfferNumber(1), ConversationId("call"), AgentId("ann"), WithdrawalReason.SUPERSEDED
        )


def test_a_limit_holds_whatever_room_there_is() -> None:
    play = Play().given(queue(), agent("ann", capacity=LIMITED), available("ann"))
    with play.given(assigned("c1", "ann"), queued("m1", kind="email"), accepted(1)):
        play >> queued("m2", kind="email")
        play >> queued("c2") << offers(2, "c2", "ann", at=0)
        play >> accepted(2)
        play >> released("m1", "ann")
        play << offers(3, "m2", "ann", at=0, kind="email")


def test_at_the_limit_others_of_the_same_group_are_asked() -> None:
    play = Play().given(queue(), agent("ann", capacity=LIMITED), agent("bob", capacity=LIMITED))
    play.given(available("ann"), available("bob"), assigned("m1", "ann", "email"))
    with play.given(assigned("c1", "bob")):
        play >> queued("m2", kind="email")
        play << offers(1, "m2", "bob", at=0, kind="email")


def test_a_told_assignment_may_exceed_the_limit() -> None:
    play = Play().given(queue(), agent("ann", capacity=LIMITED), available("ann"))
    with letters(play, 2):
        play >> queued("m9", kind="email")
        play >> released("m0", "ann")
        play >> released("m1", "ann")
        play << offers(1, "m9", "ann", at=0, kind="email")


def test_the_reason_names_the_limit_the_room_and_the_interruption(play: Play) -> None:
    play.given(agent("bob", capacity=LIMITED), agent("eve", capacity=LIMITED), available("bob"))
    letters(play, 1).given(assigned("m9", "bob", "email"), available("eve"))
    play.given(assigned("call", "eve", "voice"), queued("ringing", kind="voice"))
    play.given(queued("m1", kind="email"), queued("m2", kind="email"))
    assert verdict(play, "ringing") is Verdict.RINGING_WITH_THIS
    assert verdict(play, "m1", "bob") is Verdict.LIMIT_REACHED
    assert verdict(play, "m1", "eve") is Verdict.FULL
    play.given(accepted(1), released("ringing", "ann"))
    play.given(queued("again", kind="voice", excluded=("bob", "eve")))
    assert verdict(play, "m2") is Verdict.RINGING_WITH_OTHER


def test_who_could_be_interrupted_is_told_apart_from_who_has_room(play: Play) -> None:
    letters(play, 1).given(agent("bob", capacity=INTERRUPTED), available("bob"))
    play.given(queued("call", kind="voice"))
    assert verdict(play, "call", "bob") is Verdict.RINGING_WITH_THIS
    assert verdict(play, "call", "ann") is Verdict.INTERRUPTIBLE


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"interrupts": (("voice", ("voice",)),)}, r"interrupts\[voice\] must not name itself"),
        ({"interrupts": (("voice", ("email", "email")),)}, r"interrupts\[voice\] names something"),
        ({"interrupts": (("voice", ()), ("voice", ()))}, "interrupts names something twice"),
        ({"limits": (("chat", 0),)}, r"limits\[chat\] must be positive"),
        ({"limits": (("chat", 1), ("chat", 2))}, "limits names something twice"),
    ],
)
def test_a_capacity_that_cannot_be_meant_is_refused(
    values: dict[str, tuple[tuple[str, int], ...]], complaint: str
) -> None:
    with pytest.raises(InvalidValue, match=complaint):
        Capacity(100, WEIGHTS, **values)  # type: ignore[arg-type]
