"""Plays of agents who are kept until there is room for what small work would starve."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.errors import InvalidValue
from halfminute_engine.routing.events import AgentRemoved, ConversationWithdrawn, QueueConfigured
from halfminute_engine.routing.explain import Verdict
from halfminute_engine.routing.values import AgentId, Capacity, ConversationId, QueueId
from tests.halfminute_engine.routing.cast_of_play import (
    RING_SECONDS,
    SUPPORT,
    accepted,
    agent,
    assigned,
    available,
    away,
    offers,
    queue,
    queued,
    released,
)
from tests.halfminute_engine.routing.play import SECOND, Play

KEEP_AFTER = 10


def keeping_queue(keep_after: int | None = KEEP_AFTER) -> QueueConfigured:
    keep_after_us = None if keep_after is None else keep_after * SECOND
    return QueueConfigured(SUPPORT, RING_SECONDS * SECOND, keep_after_us=keep_after_us)


def left(conversation_id: str) -> ConversationWithdrawn:
    return ConversationWithdrawn(ConversationId(conversation_id), "left")


def verdicts(play: Play, conversation_id: str) -> dict[str, Verdict]:
    candidates = play.router.explain(ConversationId(conversation_id)).candidates
    return {candidate.agent_id: candidate.verdict for candidate in candidates}


@pytest.fixture
def play() -> Play:
    """Ann has two chats, Bob is away, and a call waits since second 0; it is second 10."""
    play = Play().given(keeping_queue(), agent("ann"), agent("bob"), available("ann"))
    play.given(assigned("a1", "ann"), assigned("a2", "ann"), queued("call", kind="voice"))
    return play.at(KEEP_AFTER)


def test_what_starves_is_kept_an_agent_when_small_work_comes(play: Play) -> None:
    with play:
        play >> queued("m1", kind="email", at=9)
        play >> released("a1", "ann")
        play >> released("a2", "ann")
        play << offers(1, "call", "ann", at=10, kind="voice")


def test_small_work_that_waits_goes_past_who_is_kept(play: Play) -> None:
    play.given(assigned("a3", "ann"), queued("c1", at=1), queued("c2", at=2))
    with play:
        play >> released("a3", "ann")
        play >> released("a1", "ann")
        play >> released("a2", "ann")
        play << offers(1, "call", "ann", at=10, kind="voice")


def test_before_its_time_nobody_is_kept(play: Play) -> None:
    with play.at(9):
        play >> queued("m1", kind="email", at=9)
        play << offers(1, "m1", "ann", at=9, kind="email")


def test_what_came_before_is_not_held_up(play: Play) -> None:
    with play:
        play >> queued("m1", kind="email", at=-0.0, credit_seconds=1)
        play << offers(1, "m1", "ann", at=10, kind="email")


def test_without_the_setting_nobody_is_kept(play: Play) -> None:
    with play.given(queue()):
        play >> queued("m1", kind="email", at=9)
        play << offers(1, "m1", "ann", at=10, kind="email")


def test_who_finds_another_agent_sooner_lets_its_own_go(play: Play) -> None:
    with play.given(queued("m1", kind="email", at=9)):
        play >> available("bob")
        play << offers(1, "call", "bob", at=10, kind="voice")
        play << offers(2, "m1", "ann", at=10, kind="email")


def test_who_leaves_lets_its_agent_go(play: Play) -> None:
    with play.given(queued("m1", kind="email", at=9)):
        play >> left("call")
        play << offers(1, "m1", "ann", at=10, kind="email")


def test_one_agent_is_kept_for_a_line(play: Play) -> None:
    play.given(assigned("b1", "bob"), queued("call2", kind="voice", at=1))
    play.given(queued("m1", kind="email", at=9))
    with play:
        play >> available("bob")
        play << offers(1, "m1", "bob", at=10, kind="email")


def test_an_agent_is_kept_for_each_line_that_starves(play: Play) -> None:
    english = (("en", 1),)
    play.given(agent("ann", skills=english), agent("bob", skills=english), assigned("b1", "bob"))
    play.given(queued("call2", kind="voice", needs=english), queued("m1", kind="email", at=9))
    with play:
        play >> available("bob")
    assert verdicts(play, "m1") == {"ann": Verdict.KEPT_FOR_OTHER, "bob": Verdict.KEPT_FOR_OTHER}
    assert verdicts(play, "call") == {"ann": Verdict.KEPT_FOR_THIS, "bob": Verdict.KEPT_FOR_OTHER}


def test_an_agent_who_goes_away_is_kept_no_more(play: Play) -> None:
    play.given(queued("m1", kind="email", at=9), assigned("b1", "bob"), available("bob"))
    with play.given(left("m1")):
        play >> away("ann")
        play >> queued("m2", kind="email", at=9)
        play >> available("ann")
        play << offers(2, "m2", "ann", at=10, kind="email")


def test_an_agent_who_could_not_take_it_any_more_is_kept_no_more(play: Play) -> None:
    with play.given(queued("m1", kind="email", at=9)):
        play >> agent("ann", capacity=Capacity(100, (("chat", 34), ("email", 20))))
        play << offers(1, "m1", "ann", at=10, kind="email")


def test_an_agent_who_is_removed_is_kept_no_more(play: Play) -> None:
    play.given(queued("m1", kind="email", at=9), AgentRemoved(AgentId("ann")))
    play.given(assigned("b1", "bob"))
    with play:
        play >> available("bob")
        play >> released("b1", "bob")
        play << offers(1, "call", "bob", at=10, kind="voice")


def test_when_there_is_room_the_first_goes_first_even_if_it_is_not_the_one(play: Play) -> None:
    play.given(queued("m1", kind="email", at=9))
    play.given(queued("older", kind="voice", at=-0.0, credit_seconds=5), released("a1", "ann"))
    with play:
        play >> released("a2", "ann")
        play << offers(1, "older", "ann", at=10, kind="voice")


def test_of_queues_with_different_times_who_came_first_may_not_be_who_starves(play: Play) -> None:
    patient = QueueConfigured(SUPPORT, RING_SECONDS * SECOND, keep_after_us=60 * SECOND)
    hasty = QueueConfigured(QueueId("hasty"), RING_SECONDS * SECOND, keep_after_us=5 * SECOND)
    play.given(patient, hasty, agent("ann", "support", "hasty"))
    play.given(queued("urgent", "hasty", kind="voice", at=4), queued("m1", kind="email", at=9))
    assert verdicts(play, "urgent")["ann"] is Verdict.KEPT_FOR_THIS
    assert verdicts(play, "call")["ann"] is Verdict.KEPT_FOR_OTHER


def test_at_a_limit_nobody_is_kept_for_want_of_room() -> None:
    capacity = Capacity(100, (("chat", 34), ("email", 20)), limits=(("chat", 1),))
    play = Play().given(keeping_queue(0), agent("ann", capacity=capacity), available("ann"))
    with play.given(assigned("c1", "ann"), queued("c2")):
        play >> queued("m1", kind="email", at=9)
        play << offers(1, "m1", "ann", at=0, kind="email")


def test_a_kept_agent_from_whom_work_is_taken_has_room(play: Play) -> None:
    play.given(queued("m1", kind="email", at=9), released("a1", "ann"))
    with play:
        play >> assigned("a2", "bob")
        play << offers(1, "call", "ann", at=10, kind="voice")
        play >> accepted(1)


def test_a_time_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(InvalidValue, match="keep_after_us must not be negative"):
        keeping_queue(-1)
