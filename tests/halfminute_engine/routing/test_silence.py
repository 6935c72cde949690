"""Plays of conversations in which nothing is said for a while, and of customers who come back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from halfminute_engine.routing.commands import RequeueConversation, WithdrawOffer
from halfminute_engine.routing.errors import InvalidValue
from halfminute_engine.routing.events import (
    AgentRemoved,
    ConversationSilent,
    MessageExchanged,
    QueueConfigured,
    QueueRemoved,
)
from halfminute_engine.routing.explain import Verdict
from halfminute_engine.routing.state import Place
from halfminute_engine.routing.values import (
    NO_WRAP_UP,
    AgentId,
    ConversationId,
    OfferNumber,
    Presence,
    WithdrawalReason,
    WrapUp,
    WrapUpKind,
)
from tests.halfminute_engine.routing.cast_of_play import (
    RING_SECONDS,
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
    overflow,
    presence,
    queue,
    queued,
    released,
    ring,
    starts,
    transferred,
)
from tests.halfminute_engine.routing.play import SECOND, Play

SILENCE, RETURN_WAIT = 120, 30


def quiet_queue(wrap_up: WrapUp = NO_WRAP_UP, return_wait: int = RETURN_WAIT) -> QueueConfigured:
    return QueueConfigured(
        SUPPORT,
        RING_SECONDS * SECOND,
        wrap_up,
        silence_us_by_kind=(("chat", SILENCE * SECOND),),
        return_wait_us=return_wait * SECOND,
    )


def said(conversation_id: str, *, by_agent: bool = False) -> MessageExchanged:
    return MessageExchanged(ConversationId(conversation_id), by_agent)


def silent(conversation_id: str) -> ConversationSilent:
    return ConversationSilent(ConversationId(conversation_id))


def requeues(conversation_id: str, agent_id: str) -> RequeueConversation:
    return RequeueConversation(ConversationId(conversation_id), AgentId(agent_id), SUPPORT, "chat")


@pytest.fixture
def play() -> Play:
    """Ann has the chat c1 since second 0."""
    play = Play().given(quiet_queue(), agent("ann"), agent("bob"), available("ann"))
    return play.given(queued("c1"), accepted(1))


@pytest.fixture
def full_play(play: Play) -> Play:
    """The chat c1 is silent, and Ann is full of letters."""
    play.at(SILENCE).given(elapsed("silence:c1"))
    return play.given(*[assigned(f"x{number}", "ann", "email") for number in range(5)])


def test_what_is_silent_frees_its_slot(play: Play) -> None:
    play.given(queued("call", kind="voice"))
    with play.at(SILENCE):
        play >> elapsed("silence:c1")
        play << offers(2, "call", "ann", at=SILENCE, kind="voice")
    explanation = play.router.explain(ConversationId("c1"))
    assert (explanation.place, explanation.agent_id) == (Place.ASSIGNED, "ann")
    assert explanation.is_silent


def test_silence_counts_from_the_last_word_of_either_side(play: Play) -> None:
    with play.at(60):
        play >> said("c1", by_agent=True)
        play.at(100) >> said("c1")
        play.at(SILENCE) >> elapsed("silence:c1") << starts("silence:c1", 220)
        play.at(220) >> elapsed("silence:c1")
    assert play.router.explain(ConversationId("c1")).is_silent


def test_a_queue_counts_silence_of_the_kinds_it_names(play: Play) -> None:
    play.given(released("c1", "ann"), queued("call", kind="voice"))
    with play:
        play >> accepted(2)


def test_the_driver_may_tell_of_silence_itself(play: Play) -> None:
    play.given(queued("call", kind="voice"))
    with play:
        play >> silent("c1") << cancels("silence:c1")
        play << offers(2, "call", "ann", at=0, kind="voice")
        play >> silent("c1")
        play >> silent("call")
        play >> silent("nowhere")


def test_who_comes_back_while_there_is_room_is_talking_again(play: Play) -> None:
    play.at(SILENCE).given(elapsed("silence:c1"))
    with play.at(200):
        play >> said("c1") << starts("silence:c1", 320)
        play >> queued("call", kind="voice")
        play >> released("c1", "ann") << cancels("silence:c1")
        play << offers(2, "call", "ann", at=200, kind="voice")


def test_who_comes_back_takes_the_room_before_anybody_else(full_play: Play) -> None:
    with full_play.at(200):
        full_play >> said("c1") << starts("return:c1", 230)
        full_play >> queued("c2", at=1)
        full_play >> released("x0", "ann")
        full_play >> released("x1", "ann") << cancels("return:c1") << starts("silence:c1", 320)
        full_play >> released("x2", "ann")
        full_play >> released("x3", "ann")
        full_play << offers(2, "c2", "ann", at=200)


def test_nothing_smaller_takes_the_room_that_is_waited_for(full_play: Play) -> None:
    full_play.at(200).given(said("c1"))
    with full_play:
        full_play >> released("x0", "ann")
        full_play >> queued("m9", kind="email")
    candidates = full_play.router.explain(ConversationId("m9")).candidates
    assert [item.verdict for item in candidates] == [Verdict.NOT_AVAILABLE, Verdict.AWAITED]


def test_who_waits_too_long_goes_to_the_queue_by_its_old_place(full_play: Play) -> None:
    with full_play.given(queued("c2", at=1)).at(200):
        full_play >> said("c1") << starts("return:c1", 230)
        full_play.at(210) >> said("c1")
    with full_play.at(230):
        full_play >> elapsed("return:c1") << requeues("c1", "ann")
        full_play >> available("bob")
        full_play << offers(2, "c1", "bob", at=230)


def test_where_nobody_waits_for_the_agent_it_goes_to_the_queue_at_once(full_play: Play) -> None:
    full_play.given(quiet_queue(return_wait=0), available("bob"))
    with full_play.at(200):
        full_play >> said("c1") << requeues("c1", "ann")
        full_play << offers(2, "c1", "bob", at=200)


def test_in_the_queue_its_old_agent_is_preferred(full_play: Play) -> None:
    full_play.given(available("bob")).at(200).given(said("c1")).at(230).given(elapsed("return:c1"))
    full_play.given(agent("eve"), available("eve"))
    full_play.at(231).given(*[released(f"x{number}", "ann") for number in range(5)])
    with full_play:
        full_play >> declined(2) << starts("exclusions:c1", 261)
        full_play << offers(3, "c1", "ann", at=231)


def test_an_agent_who_goes_offline_keeps_nobody_who_has_come_back(full_play: Play) -> None:
    full_play.given(available("bob")).at(200).given(said("c1"))
    with full_play:
        full_play >> away("ann")
        full_play >> presence("ann", Presence.OFFLINE) << cancels("return:c1")
        full_play << requeues("c1", "ann")
        full_play << offers(2, "c1", "bob", at=200)


def test_at_lunch_nobody_takes_what_has_come_back(play: Play) -> None:
    play.at(SILENCE).given(elapsed("silence:c1"), away("ann"))
    with play.at(200):
        play >> said("c1") << starts("return:c1", 230)
        play >> available("ann") << cancels("return:c1") << starts("silence:c1", 320)


def test_what_rings_has_been_promised_the_room(play: Play) -> None:
    play.at(SILENCE).given(elapsed("silence:c1"), queued("call", kind="voice"))
    with play.at(130):
        play >> said("c1") << starts("return:c1", 160)
        play >> accepted(2)
        play >> released("call", "ann") << cancels("return:c1") << starts("silence:c1", 250)


def test_the_agent_may_speak_up_without_room_and_loses_what_rings(play: Play) -> None:
    play.at(SILENCE).given(elapsed("silence:c1"), queued("call", kind="voice"))
    with play.at(130):
        play >> said("c1", by_agent=True) << starts("silence:c1", 250)
        play << WithdrawOffer(
            OfferNumber(2), ConversationId("call"), AgentId("ann"), WithdrawalReason.SUPERSEDED
        )


def test_without_a_queue_to_go_to_it_stays_above_the_limit(full_play: Play) -> None:
    full_play.given(QueueRemoved(SUPPORT)).at(200).given()
    with full_play:
        full_play >> said("c1")
    explanation = full_play.router.explain(ConversationId("c1"))
    assert (explanation.agent_id, explanation.is_silent) == ("ann", False)


def test_a_wrap_up_of_what_was_silent_takes_its_units(play: Play) -> None:
    play.given(quiet_queue(WrapUp(WrapUpKind.OPEN)))
    play.at(SILENCE).given(elapsed("silence:c1"))
    with play:
        play >> released("c1", "ann", wraps_up=True)
        play >> queued("call", kind="voice")


def test_what_is_silent_and_released_makes_nobody_idle_anew(play: Play) -> None:
    play.at(SILENCE).given(elapsed("silence:c1"))
    with play.at(SILENCE + 1).given(available("bob")).at(SILENCE + 2):
        play >> released("c1", "ann")
        play >> queued("c2", at=9)
        play << offers(2, "c2", "ann", at=SILENCE + 2)


def test_an_agent_removed_while_somebody_waits_for_it_leaves_no_timer(full_play: Play) -> None:
    full_play.at(200).given(said("c1"), AgentRemoved(AgentId("ann")))
    assert full_play.router.pending_timers() == []


def test_what_is_silent_stays_silent_when_capacities_change(play: Play) -> None:
    play.at(SILENCE).given(elapsed("silence:c1"))
    with play.given(agent("ann")):
        play >> queued("call", kind="voice")
        play << offers(2, "call", "ann", at=SILENCE, kind="voice")


def test_a_queue_that_counts_no_more_leaves_alone_what_talks(play: Play) -> None:
    play.given(queue())
    with play.at(SILENCE):
        play >> elapsed("silence:c1")
    assert not play.router.explain(ConversationId("c1")).is_silent


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"silence_us_by_kind": (("chat", 0),)}, r"silence_us_by_kind\[chat\] must be positive"),
        ({"silence_us_by_kind": (("chat", 1), ("chat", 2))}, "silence_us_by_kind names"),
        ({"return_wait_us": -1}, "return_wait_us must not be negative"),
    ],
)
def test_silence_that_cannot_be_meant_is_refused(
    settings: dict[str, object], complaint: str
) -> None:
    with pytest.raises(InvalidValue, match=complaint):
        QueueConfigured(SUPPORT, SECOND, **settings)  # type: ignore[arg-type]


def test_back_in_the_queue_its_rings_and_overflow_count_anew(full_play: Play) -> None:
    full_play.given(replace(quiet_queue(), rings=(ring(20),), overflow=overflow(60, "sales")))
    full_play.at(200).given(said("c1"))
    with full_play.at(230):
        full_play >> elapsed("return:c1") << requeues("c1", "ann") << starts("steps:support", 250)
    explanation = full_play.router.explain(ConversationId("c1"))
    assert (explanation.queued_at_us, explanation.entered_at_us) == (0, 230 * SECOND)


def test_a_silent_chat_that_is_transferred_takes_the_room_of_its_wrap_up(play: Play) -> None:
    play.given(quiet_queue(WrapUp(WrapUpKind.OPEN)), queue("sales"), queued("call", kind="voice"))
    play.at(SILENCE).given(elapsed("silence:c1"))
    with play:
        play >> transferred("c1", "sales", at=SILENCE, needs_wrap_up=True)
        play << starts("exclusions:c1", SILENCE + 30)
        play << WithdrawOffer(
            OfferNumber(2), ConversationId("call"), AgentId("ann"), WithdrawalReason.SUPERSEDED
        )
