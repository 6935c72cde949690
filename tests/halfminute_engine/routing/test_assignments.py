"""Plays of conversations that come to an agent without an offer."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.commands import WithdrawOffer
from halfminute_engine.routing.events import AgentLoadCorrected
from halfminute_engine.routing.state import Place
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
    cancels,
    offers,
    queue,
    queued,
    released,
)
from tests.halfminute_engine.routing.play import SECOND, Play


@pytest.fixture
def play() -> Play:
    wrap_up = WrapUp(WrapUpKind.FIXED, 30 * SECOND)
    return Play().given(queue(), queue("sales", wrap_up=wrap_up), agent("ann"), agent("bob"))


def corrected(agent_id: str, *conversation_ids: str) -> AgentLoadCorrected:
    assigned_ids = tuple((ConversationId(name), "chat") for name in conversation_ids)
    return AgentLoadCorrected(AgentId(agent_id), assigned_ids)


def superseded(number: int, conversation_id: str, agent_id: str) -> WithdrawOffer:
    return WithdrawOffer(
        OfferNumber(number),
        ConversationId(conversation_id),
        AgentId(agent_id),
        WithdrawalReason.SUPERSEDED,
    )


def test_a_pulled_conversation_waits_no_more(play: Play) -> None:
    with play.given(queued("c1")):
        play >> assigned("c1", "bob")
        play >> available("ann")


def test_a_pull_takes_capacity_above_the_limit(play: Play) -> None:
    play.given(assigned("call", "ann", "voice"), assigned("c1", "ann"))
    with play:
        play >> available("ann")
        play >> queued("c2")
        play >> released("c1", "ann")
        play >> released("call", "ann")
        play << offers(1, "c2", "ann", at=0)


def test_an_assignment_told_twice_counts_once(play: Play) -> None:
    play.given(available("ann"), *[assigned("c1", "ann")] * 5)
    with play:
        play >> queued("c2") << offers(1, "c2", "ann", at=0)


def test_a_reassigned_conversation_frees_the_agent_who_had_it(play: Play) -> None:
    play.given(available("ann"), assigned("call", "ann", "voice"), queued("c1"))
    with play.at(1):
        play >> assigned("call", "bob", "voice")
        play << offers(1, "c1", "ann", at=1)


def test_whom_a_reassignment_frees_is_weighed_as_free_at_once(play: Play) -> None:
    play.given(agent("eve"), available("eve"), assigned("c0", "eve"))
    play.given(available("bob"), assigned("call", "bob", "voice"), available("ann"), queued("c1"))
    with play:
        play >> assigned("call", "ann", "voice") << superseded(1, "c1", "ann")
        play << offers(2, "c1", "bob", at=0)


def test_a_conversation_assigned_to_an_agent_unknown_here_waits_no_more(play: Play) -> None:
    with play.given(queued("c1")):
        play >> assigned("c1", "stranger")
        play >> available("ann")


def test_a_conversation_reopened_during_wrap_up_ends_the_wrap_up(play: Play) -> None:
    play.given(available("ann"), queued("c1"), accepted(1))
    play.given(released("c1", "ann", "sales", wraps_up=True))
    with play:
        play >> assigned("c1", "ann") << cancels("wrap_up:c1:ann")
        play >> released("c1", "ann")
        play >> queued("call", kind="voice")
        play << offers(2, "call", "ann", at=0, kind="voice")


def test_an_assigned_conversation_queued_again_is_not_queued(play: Play) -> None:
    play.given(available("ann"), queued("c1"), accepted(1))
    with play:
        play >> queued("c1")
        play >> available("bob")


def test_a_released_conversation_may_be_queued_again(play: Play) -> None:
    play.given(available("ann"), queued("c1"), accepted(1))
    with play:
        play >> released("c1", "ann")
        play >> queued("c1", excluded=("ann",))
        play >> available("bob") << offers(2, "c1", "bob", at=0)


def test_a_release_by_somebody_who_does_not_have_it_changes_nothing(play: Play) -> None:
    play.given(available("ann"), queued("c1"), accepted(1))
    before = play.router.snapshot()
    with play:
        play >> released("c1", "bob")
        play >> released("c2", "ann")
        play >> released("c1", "stranger")
    assert play.router.snapshot() == before


def test_a_corrected_load_releases_and_assigns(play: Play) -> None:
    play.given(available("ann"), assigned("c1", "ann"), assigned("c2", "ann"))
    with play:
        play >> queued("call", kind="voice")
        play >> corrected("ann", "c2", "c4")
        play >> corrected("ann")
        play << offers(1, "call", "ann", at=0, kind="voice")


def test_a_corrected_load_leaves_wrap_ups_alone(play: Play) -> None:
    play.given(available("ann"), queued("c1"), accepted(1))
    play.given(released("c1", "ann", "sales", wraps_up=True))
    with play:
        play >> corrected("ann")
    assert play.router.explain(ConversationId("c1")).place is Place.WRAP_UP
