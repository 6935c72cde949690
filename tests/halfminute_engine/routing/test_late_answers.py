"""Plays of answers that come too late: their offer is over, and its number says so."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.commands import (
    MarkAgentNotResponding,
    WithdrawOffer,
)
from halfminute_engine.routing.events import ConversationWithdrawn, Event
from halfminute_engine.routing.state import Place
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    Presence,
    WithdrawalReason,
)
from tests.halfminute_engine.routing.cast_of_play import (
    accepted,
    agent,
    assigned,
    available,
    cancels,
    declined,
    elapsed,
    offers,
    presence,
    queue,
    queued,
    released,
    starts,
)
from tests.halfminute_engine.routing.play import Play

C1 = ConversationId("c1")


def withdraws(number: int, agent_id: str, reason: WithdrawalReason) -> WithdrawOffer:
    return WithdrawOffer(OfferNumber(number), C1, AgentId(agent_id), reason)


@pytest.fixture
def play() -> Play:
    """The chat c1 has rung out at Ann and rings at Bob by the offer 2."""
    play = Play().given(queue(), agent("ann"), agent("bob"), available("ann"), queued("c1"))
    return play.at(20).given(available("bob"), elapsed("offer:1"))


def test_what_rings_out_rings_at_the_next_agent_at_once() -> None:
    play = Play().given(queue(), agent("ann"), agent("bob"), available("ann"), queued("c1"))
    with play.at(1).given(available("bob")).at(20):
        play >> elapsed("offer:1") << withdraws(1, "ann", WithdrawalReason.TIMED_OUT)
        play << MarkAgentNotResponding(AgentId("ann")) << starts("exclusions:c1", 50)
        play << offers(2, "c1", "bob", at=20)


@pytest.mark.parametrize("late", [accepted(1), declined(1), elapsed("offer:1")])
def test_a_late_answer_does_not_touch_the_offer_that_rings_now(play: Play, late: Event) -> None:
    before = play.router.snapshot()
    with play.at(21):
        play >> late
    assert play.router.snapshot() == before
    with play:
        play >> accepted(2) << cancels("exclusions:c1")
    assert play.router.explain(C1).agent_id == "bob"


def test_a_late_accept_that_the_database_granted_takes_it_from_where_it_rings(play: Play) -> None:
    with play.at(21):
        play >> assigned("c1", "ann") << withdraws(2, "bob", WithdrawalReason.SUPERSEDED)
        play << cancels("exclusions:c1")
        play >> accepted(2)
    explanation = play.router.explain(C1)
    assert (explanation.place, explanation.agent_id) == (Place.ASSIGNED, "ann")


def test_an_accept_that_crosses_the_customers_leaving_assigns_nothing(play: Play) -> None:
    with play.at(21):
        play >> ConversationWithdrawn(C1, "left")
        play << withdraws(2, "bob", WithdrawalReason.CONVERSATION_WITHDRAWN)
        play << cancels("exclusions:c1")
        play >> accepted(2)
        play >> queued("c2", at=21) << offers(3, "c2", "bob", at=21)


def test_an_accept_that_crosses_the_loss_of_its_agent_assigns_nothing(play: Play) -> None:
    with play.at(21):
        play >> presence("bob", Presence.OFFLINE)
        play << withdraws(2, "bob", WithdrawalReason.AGENT_UNAVAILABLE)
        play >> accepted(2)
    assert play.router.explain(C1).place is Place.WAITING


def test_a_supervisor_may_give_what_rings_and_what_is_assigned_to_another(play: Play) -> None:
    play.given(agent("eve"), available("eve"))
    with play.at(21):
        play >> assigned("c1", "eve") << withdraws(2, "bob", WithdrawalReason.SUPERSEDED)
        play << cancels("exclusions:c1")
        play >> assigned("c1", "bob")
        play >> released("c1", "eve")
        play >> queued("call", kind="voice", at=21)
        play << offers(3, "call", "eve", at=21, kind="voice")
