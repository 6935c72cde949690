"""Plays of the offer: made, accepted, declined, refused, rung out, withdrawn."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.commands import (
    MarkAgentNotResponding,
    ReportStranded,
    WithdrawOffer,
)
from halfminute_engine.routing.events import (
    AgentLoadCorrected,
    ConversationWithdrawn,
    OfferRefused,
    QueueRemoved,
    WrapUpFinished,
)
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    OfferNumber,
    Presence,
    RefusalCause,
    StrandedReason,
    WithdrawalReason,
)
from tests.halfminute_engine.routing.cast_of_play import (
    SUPPORT,
    accepted,
    agent,
    assigned,
    available,
    away,
    cancels,
    declined,
    elapsed,
    offers,
    presence,
    queue,
    queued,
    starts,
)
from tests.halfminute_engine.routing.play import Play


def withdraws(
    number: int, conversation_id: str, agent_id: str, reason: WithdrawalReason
) -> WithdrawOffer:
    return WithdrawOffer(
        OfferNumber(number), ConversationId(conversation_id), AgentId(agent_id), reason
    )


def left(conversation_id: str) -> ConversationWithdrawn:
    return ConversationWithdrawn(ConversationId(conversation_id), "left")


def refused(number: int, cause: RefusalCause = RefusalCause.AGENT) -> OfferRefused:
    return OfferRefused(OfferNumber(number), cause)


@pytest.fixture
def play() -> Play:
    return Play().given(queue(), agent("ann"), agent("bob"))


def test_an_arrival_rings_at_the_free_agent(play: Play) -> None:
    with play.given(available("ann")).at(5):
        play >> queued("c1", at=5) << offers(1, "c1", "ann", at=5)


def test_an_agent_who_becomes_available_is_offered_the_longest_waiting(play: Play) -> None:
    with play.given(queued("late", at=2), queued("early", at=1)).at(3):
        play >> available("ann") << offers(1, "early", "ann", at=3)


def test_an_agent_rings_with_one_offer_at_a_time(play: Play) -> None:
    with play.given(available("ann"), queued("c1")):
        play >> queued("c2")
        play >> accepted(1)
        play << offers(2, "c2", "ann", at=0)


def test_a_decline_asks_the_next_agent_and_offers_the_decliner_another(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1), queued("c2", at=2), queued("c3", at=3))
    with play.at(9):
        play >> declined(1) << starts("exclusions:c1", 39)
        play << offers(2, "c2", "ann", at=9)
        play >> available("bob") << offers(3, "c1", "bob", at=9)


def test_what_rings_out_comes_back_a_little_ahead_and_its_agent_is_away(play: Play) -> None:
    play.given(available("ann"), queued("rings", at=1), queued("older", at=-0.0))
    with play.at(20):
        play >> elapsed("offer:1") << withdraws(1, "rings", "ann", WithdrawalReason.TIMED_OUT)
        play << MarkAgentNotResponding(AgentId("ann")) << starts("exclusions:rings", 50)
        play >> available("bob") << offers(2, "rings", "bob", at=20)


def test_who_let_it_ring_out_is_not_asked_again_on_coming_back(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1)).at(20).given(elapsed("offer:1"))
    with play:
        play >> available("ann")
        play >> queued("c2", at=20) << offers(2, "c2", "ann", at=20)


def test_exclusions_stay_while_somebody_else_is_available_though_full(play: Play) -> None:
    play.given(available("ann"), available("bob"), assigned("call", "bob", "voice"))
    play.given(queued("c1", at=1), declined(1))
    with play.at(30):
        play >> elapsed("exclusions:c1") << starts("exclusions:c1", 60)
        play >> away("bob")
    with play.at(60):
        play >> elapsed("exclusions:c1") << offers(2, "c1", "ann", at=60)


def test_exclusions_are_lifted_when_nobody_else_is_available(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1), declined(1))
    with play.at(30):
        play >> elapsed("exclusions:c1")
        play << offers(2, "c1", "ann", at=30)


def test_agents_excluded_by_the_queueing_stay_excluded(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1, excluded=("bob",)), declined(1), away("ann"))
    play.given(available("bob"))
    with play.at(30):
        play >> elapsed("exclusions:c1")
        play >> available("ann") << offers(2, "c1", "ann", at=30)


def test_exclusions_that_end_while_it_rings_are_kept_should_it_come_back(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1), declined(1))
    play.at(29).given(available("bob"))
    with play.at(30):
        play >> elapsed("exclusions:c1")
        play >> declined(2) << starts("exclusions:c1", 60)


def test_a_refused_offer_goes_elsewhere_and_its_agent_is_left_alone(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1))
    with play:
        play >> refused(1) << starts("agent_pause:ann", 5)
        play >> queued("c2", at=2)
        play >> AgentLoadCorrected(AgentId("ann"), ()) << cancels("agent_pause:ann")
        play << offers(2, "c1", "ann", at=0)


def test_any_event_about_a_paused_agent_ends_its_pause(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1), refused(1))
    with play:
        play >> WrapUpFinished(ConversationId("unknown"), AgentId("ann"))
        play << cancels("agent_pause:ann") << offers(2, "c1", "ann", at=0)


def test_a_pause_of_which_no_news_comes_ends_by_itself(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1), refused(1))
    with play.at(5):
        play >> elapsed("agent_pause:ann")
        play << offers(2, "c1", "ann", at=5)


def test_a_conversation_refused_for_its_own_sake_does_not_go_round_the_agents(play: Play) -> None:
    play.given(available("ann"), available("bob"), queued("c1", at=1))
    with play:
        play >> refused(1, RefusalCause.CONVERSATION)
        play << starts("conversation_pause:c1", 5)
        play >> left("c1") << cancels("conversation_pause:c1")
        play >> queued("c2", at=2) << offers(2, "c2", "ann", at=0)


def test_a_paused_conversation_is_offered_again_when_its_pause_ends(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1), refused(1, RefusalCause.CONVERSATION))
    with play.at(5):
        play >> elapsed("conversation_pause:c1")
        play << offers(2, "c1", "ann", at=5)


def test_a_customer_who_leaves_while_it_rings_frees_the_agent_without_penalty(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1), queued("c2", at=2))
    with play:
        play >> left("c1") << withdraws(1, "c1", "ann", WithdrawalReason.CONVERSATION_WITHDRAWN)
        play << offers(2, "c2", "ann", at=0)


@pytest.mark.parametrize("to", [Presence.BUSY, Presence.AWAY, Presence.OFFLINE])
def test_an_agent_who_turns_unavailable_rings_no_more(play: Play, to: Presence) -> None:
    play.given(available("ann"), available("bob"), queued("c1", at=1))
    with play.at(3):
        play >> presence("ann", to)
        play << withdraws(1, "c1", "ann", WithdrawalReason.AGENT_UNAVAILABLE)
        play << offers(2, "c1", "bob", at=3)


def test_a_pull_that_fills_the_agent_takes_back_what_rings(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1))
    with play:
        play >> assigned("call", "ann", "voice")
        play << withdraws(1, "c1", "ann", WithdrawalReason.SUPERSEDED)
        play >> available("bob") << offers(2, "c1", "bob", at=0)


def test_an_agent_who_may_no_longer_have_it_rings_no_more(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1))
    with play:
        play >> agent("ann", "sales")
        play << withdraws(1, "c1", "ann", WithdrawalReason.SUPERSEDED)


def test_a_smaller_capacity_takes_back_what_has_no_room(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1))
    with play:
        play >> agent("ann", capacity=Capacity(100, (("chat", 101),)))
        play << withdraws(1, "c1", "ann", WithdrawalReason.SUPERSEDED)


def test_a_conversation_taken_by_another_rings_no_more(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1), queued("c2", at=2))
    with play:
        play >> assigned("c1", "bob")
        play << withdraws(1, "c1", "ann", WithdrawalReason.SUPERSEDED)
        play << offers(2, "c2", "ann", at=0)
        play >> accepted(1)


def test_what_rings_when_its_queue_goes_may_still_be_accepted(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1))
    with play:
        play >> QueueRemoved(SUPPORT)
        play >> accepted(1)


def test_what_comes_back_to_a_queue_that_is_gone_is_stranded(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1), QueueRemoved(SUPPORT))
    with play:
        play >> declined(1)
        play << ReportStranded(ConversationId("c1"), SUPPORT, StrandedReason.QUEUE_REMOVED)


@pytest.mark.parametrize(
    "event", [accepted(1), declined(1), refused(1), elapsed("offer:1"), accepted(99), declined(-1)]
)
def test_an_offer_that_has_ended_cannot_end_again(play: Play, event: OfferRefused) -> None:
    play.given(available("ann"), queued("c1", at=1), accepted(1))
    before = play.router.snapshot()
    with play.at(60):
        play >> event
    assert play.router.snapshot() == before


def test_a_timer_that_fires_early_is_started_again(play: Play) -> None:
    play.given(available("ann"), queued("c1", at=1))
    with play.at(19):
        play >> elapsed("offer:1") << starts("offer:1", 20)
        play >> accepted(1)
