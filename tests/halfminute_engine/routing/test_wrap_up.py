"""Plays of the time after an agent's handling has ended."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.commands import FinishWrapUp
from halfminute_engine.routing.errors import UnknownConversation
from halfminute_engine.routing.events import (
    AgentRemoved,
    ConsultStarted,
    QueueRemoved,
    WrapUpExtended,
    WrapUpFinished,
)
from halfminute_engine.routing.state import Place
from halfminute_engine.routing.values import (
    NO_WRAP_UP,
    AgentId,
    ConversationId,
    WrapUp,
    WrapUpKind,
)
from tests.halfminute_engine.routing.cast_of_play import (
    SUPPORT,
    accepted,
    agent,
    assigned,
    available,
    cancels,
    elapsed,
    offers,
    queue,
    queued,
    released,
    starts,
)
from tests.halfminute_engine.routing.play import SECOND, Play

FIXED = WrapUp(WrapUpKind.FIXED, 30 * SECOND)
EXTENSIBLE = WrapUp(WrapUpKind.FIXED, 30 * SECOND, 20 * SECOND)
OPEN = WrapUp(WrapUpKind.OPEN)
C1, ANN = ConversationId("c1"), AgentId("ann")


def handling(wrap_up: WrapUp) -> Play:
    """Ann has a call, and another call waits."""
    play = Play().given(queue(wrap_up=wrap_up), agent("ann"), available("ann"))
    return play.given(queued("c1", kind="voice"), accepted(1), queued("c2", kind="voice"))


@pytest.mark.parametrize("wrap_up", [NO_WRAP_UP, WrapUp(WrapUpKind.FIXED, 0)])
def test_without_wrap_up_the_next_one_rings_at_once(wrap_up: WrapUp) -> None:
    with handling(wrap_up).at(9) as play:
        play >> released("c1", "ann", wraps_up=True)
        play << offers(2, "c2", "ann", at=9, kind="voice")


@pytest.mark.parametrize("wrap_up", [FIXED, OPEN])
def test_a_release_that_needs_no_wrap_up_frees_at_once(wrap_up: WrapUp) -> None:
    with handling(wrap_up).at(9) as play:
        play >> released("c1", "ann", wraps_up=False)
        play << offers(2, "c2", "ann", at=9, kind="voice")


def test_a_fixed_wrap_up_holds_the_capacity_until_its_time_is_over() -> None:
    with handling(FIXED).at(9) as play:
        play >> released("c1", "ann", wraps_up=True) << starts("wrap_up:c1:ann", 39)
    with play.at(39):
        play >> elapsed("wrap_up:c1:ann") << FinishWrapUp(C1, ANN)
        play << offers(2, "c2", "ann", at=39, kind="voice")
        play >> WrapUpFinished(C1, ANN)


def test_an_agent_may_lengthen_a_fixed_wrap_up_once() -> None:
    with handling(EXTENSIBLE).at(9) as play:
        play >> released("c1", "ann", wraps_up=True) << starts("wrap_up:c1:ann", 39)
        play.at(20) >> WrapUpExtended(C1, ANN) << starts("wrap_up:c1:ann", 59)
        play >> WrapUpExtended(C1, ANN)
    with play.at(59):
        play >> elapsed("wrap_up:c1:ann") << FinishWrapUp(C1, ANN)
        play << offers(2, "c2", "ann", at=59, kind="voice")
        play >> WrapUpExtended(C1, ANN)


@pytest.mark.parametrize("wrap_up", [FIXED, WrapUp(WrapUpKind.OPEN, extension_us=20 * SECOND)])
def test_a_wrap_up_that_may_not_be_lengthened_or_has_no_end_is_not(wrap_up: WrapUp) -> None:
    play = handling(wrap_up).given(released("c1", "ann", wraps_up=True))
    before = play.router.snapshot()
    with play:
        play >> WrapUpExtended(C1, ANN)
        play >> WrapUpExtended(ConversationId("c2"), ANN)
        play >> WrapUpExtended(C1, AgentId("stranger"))
    assert play.router.snapshot() == before


def test_what_is_being_talked_in_or_helped_in_has_no_wrap_up_to_lengthen() -> None:
    with handling(EXTENSIBLE).given(ConsultStarted(ConversationId("c3"), ANN, "chat")) as play:
        play >> WrapUpExtended(C1, ANN)
        play >> WrapUpExtended(ConversationId("c3"), ANN)


def test_an_agent_may_finish_a_fixed_wrap_up_early() -> None:
    with handling(FIXED).at(9) as play:
        play >> released("c1", "ann", wraps_up=True) << starts("wrap_up:c1:ann", 39)
        play >> WrapUpFinished(C1, ANN) << cancels("wrap_up:c1:ann")
        play << offers(2, "c2", "ann", at=9, kind="voice")
        play >> elapsed("wrap_up:c1:ann")


def test_an_open_wrap_up_lasts_until_the_agent_has_finished() -> None:
    with handling(OPEN).at(9) as play:
        play >> released("c1", "ann", wraps_up=True)
    with play.at(9_999):
        play >> WrapUpFinished(C1, ANN)
        play << offers(2, "c2", "ann", at=9_999, kind="voice")


def test_what_has_been_wrapped_up_has_left() -> None:
    play = handling(OPEN).given(released("c1", "ann", wraps_up=True), WrapUpFinished(C1, ANN))
    with pytest.raises(UnknownConversation):
        play.router.explain(C1)


def test_a_wrap_up_cannot_be_finished_before_it_has_begun() -> None:
    with handling(OPEN) as play:
        play >> WrapUpFinished(C1, ANN)
        play >> WrapUpFinished(ConversationId("c2"), ANN)


def test_a_release_told_twice_does_not_begin_the_wrap_up_again() -> None:
    with handling(FIXED).at(9) as play:
        play >> released("c1", "ann", wraps_up=True) << starts("wrap_up:c1:ann", 39)
    with play.at(12):
        play >> released("c1", "ann", wraps_up=True)


def test_a_queue_that_is_gone_has_no_wrap_up() -> None:
    play = handling(OPEN).given(QueueRemoved(SUPPORT))
    play.given(queue("sales"), agent("ann", "sales"), queued("c3", "sales", kind="voice"))
    with play:
        play >> released("c1", "ann", wraps_up=True)
        play << offers(2, "c3", "ann", at=0, queue_id="sales", kind="voice")


def test_a_transferred_conversation_rings_elsewhere_while_it_is_wrapped_up() -> None:
    play = handling(FIXED).given(agent("bob", "sales"), queue("sales", wrap_up=FIXED))
    play.given(released("c1", "ann", wraps_up=True), available("bob"))
    with play.at(1):
        play >> queued("c1", "sales", kind="voice")
        play << offers(2, "c1", "bob", at=1, queue_id="sales", kind="voice")
        play >> accepted(2)
        play >> released("c1", "bob", "sales", wraps_up=True) << starts("wrap_up:c1:bob", 31)
    with play.at(30):
        play >> elapsed("wrap_up:c1:ann") << FinishWrapUp(C1, ANN)
        play << offers(3, "c2", "ann", at=30, kind="voice")
    with play.at(31):
        play >> elapsed("wrap_up:c1:bob") << FinishWrapUp(C1, AgentId("bob"))


def test_the_end_of_one_wrap_up_leaves_the_other_in_progress() -> None:
    play = handling(FIXED).given(released("c1", "ann", wraps_up=True), agent("bob"))
    play.given(assigned("c1", "bob", "voice")).at(1).given(released("c1", "bob", wraps_up=True))
    play.at(30).given(elapsed("wrap_up:c1:ann"))
    explanation = play.router.explain(C1)
    assert (explanation.place, explanation.agent_id) == (Place.WRAP_UP, "bob")


def test_another_agent_may_take_what_is_being_wrapped_up() -> None:
    play = handling(FIXED).given(released("c1", "ann", wraps_up=True), agent("bob"))
    with play.at(30):
        play >> assigned("c1", "bob", "voice")
        play >> elapsed("wrap_up:c1:ann") << FinishWrapUp(C1, ANN)
        play << offers(2, "c2", "ann", at=30, kind="voice")
        play >> released("c1", "bob")


def test_the_wrap_ups_of_a_removed_agent_are_finished() -> None:
    with handling(FIXED).given(released("c1", "ann", wraps_up=True)) as play:
        play >> AgentRemoved(ANN) << FinishWrapUp(C1, ANN) << cancels("wrap_up:c1:ann")
