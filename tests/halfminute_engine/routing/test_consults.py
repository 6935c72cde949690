"""Plays of a second agent who helps in a conversation."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.commands import WithdrawOffer
from halfminute_engine.routing.events import (
    AgentLoadCorrected,
    AgentRemoved,
    ConsultEnded,
    ConsultStarted,
)
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    WithdrawalReason,
    WrapUp,
    WrapUpKind,
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
from tests.halfminute_engine.routing.play import SECOND, Play


def consulted(conversation_id: str, agent_id: str, kind: str = "chat") -> ConsultStarted:
    return ConsultStarted(ConversationId(conversation_id), AgentId(agent_id), kind)


def helped(conversation_id: str, agent_id: str) -> ConsultEnded:
    return ConsultEnded(ConversationId(conversation_id), AgentId(agent_id))


@pytest.fixture
def play() -> Play:
    """Ann has the call c1, in which Bob helps."""
    play = Play().given(queue(), queue("sales", wrap_up=WrapUp(WrapUpKind.FIXED, 30 * SECOND)))
    play.given(agent("ann"), agent("bob"), available("bob"), assigned("c1", "ann", "voice"))
    return play.given(consulted("c1", "bob", "voice"))


def test_who_helps_has_no_room_for_more_until_it_is_over(play: Play) -> None:
    with play:
        play >> queued("c2")
        play >> helped("c1", "bob") << offers(1, "c2", "bob", at=0)
        play >> helped("c1", "bob")


def test_who_helps_does_not_have_the_conversation(play: Play) -> None:
    assert play.router.explain(ConversationId("c1")).agent_id == "ann"
    with play:
        play >> released("c1", "bob")
        play >> available("ann")
        play >> queued("c2")
        play >> released("c1", "ann") << offers(1, "c2", "ann", at=0)


def test_a_consult_outlives_the_conversation_until_it_is_told_to_be_over(play: Play) -> None:
    with play.given(released("c1", "ann")):
        play >> queued("c2")
        play >> helped("c1", "bob") << offers(1, "c2", "bob", at=0)


def test_a_consult_takes_back_what_rings_where_there_is_no_more_room() -> None:
    play = Play().given(queue(), agent("ann"), available("ann"), queued("c2"))
    with play:
        play >> consulted("c1", "ann", "voice")
        play << WithdrawOffer(
            OfferNumber(1), ConversationId("c2"), AgentId("ann"), WithdrawalReason.SUPERSEDED
        )


def test_who_comes_to_have_the_conversation_consults_no_more(play: Play) -> None:
    with play.given(assigned("c1", "bob", "voice")):
        play >> queued("c2")
        play >> helped("c1", "bob")
        play >> released("c1", "bob") << offers(1, "c2", "bob", at=0)


def test_who_has_it_or_wraps_it_up_does_not_consult_in_it(play: Play) -> None:
    play.given(queued("c2"), helped("c1", "bob"), accepted(1), consulted("c2", "bob"))
    play.given(released("c2", "bob", "sales", wraps_up=True), consulted("c2", "bob"))
    with play:
        play >> helped("c2", "bob")
    assert [timer.timer_id for timer in play.router.pending_timers()] == ["wrap_up:c2:bob"]


def test_a_corrected_load_leaves_consults_alone(play: Play) -> None:
    with play.given(AgentLoadCorrected(AgentId("bob"), ())):
        play >> queued("c2")


def test_a_load_that_has_the_conversation_ends_the_consult(play: Play) -> None:
    truth = ((ConversationId("c1"), "voice"),)
    with play.given(AgentLoadCorrected(AgentId("bob"), truth)):
        play >> queued("c2")
        play >> released("c1", "bob") << offers(1, "c2", "bob", at=0)


def test_an_agent_who_is_removed_leaves_what_it_helped_in(play: Play) -> None:
    with play:
        play >> AgentRemoved(AgentId("bob"))
    assert play.router.explain(ConversationId("c1")).agent_id == "ann"


def test_somebody_may_be_asked_for_help_in_what_is_not_known_here(play: Play) -> None:
    with play.given(helped("c1", "bob"), consulted("elsewhere", "bob", "voice")):
        play >> queued("c2")
        play >> AgentRemoved(AgentId("bob"))
        play >> consulted("elsewhere", "stranger")
        play >> helped("elsewhere", "stranger")
