"""Plays in which rules of the waiting meet rules of the agents' room."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.commands import OverflowConversation
from halfminute_engine.routing.events import ConsultEnded, ConsultStarted
from halfminute_engine.routing.explain import Verdict
from halfminute_engine.routing.queue_rules import OverflowKind
from halfminute_engine.routing.values import AgentId, ConversationId, QueueId
from tests.halfminute_engine.routing.cast_of_play import (
    SUPPORT,
    agent,
    assigned,
    available,
    elapsed,
    offers,
    overflow,
    queue,
    queued,
    released,
    ring,
    starts,
    transferred,
)
from tests.halfminute_engine.routing.play import SECOND, Play

KEEP_AFTER = 10
RUSSIAN = (("ru", 1),)
CALL = ConversationId("call")


def verdict_on(agent_id: str, play: Play, conversation_id: str) -> Verdict:
    candidates = play.router.explain(ConversationId(conversation_id)).candidates
    return {candidate.agent_id: candidate.verdict for candidate in candidates}[AgentId(agent_id)]


@pytest.fixture
def play() -> Play:
    """Ann has two chats, and a call has starved since second 0 until second 10.

    Who waits in "vip" gains weight three times as fast; there nobody is kept for anything.
    """
    play = Play().given(
        queue(keep_after_us=KEEP_AFTER * SECOND, rings=(ring(20),), overflow=overflow(60, "vip")),
        queue("vip", slope_per_mille=3_000),
    )
    play.given(agent("ann", "support", "vip"), assigned("a1", "ann"), assigned("a2", "ann"))
    return play.given(available("ann"), queued("call", kind="voice")).at(KEEP_AFTER)


def test_what_outweighs_the_starving_is_not_held_up(play: Play) -> None:
    with play:
        play >> queued("m1", "vip", kind="email", at=6)
        play << offers(1, "m1", "ann", at=10, queue_id="vip", kind="email")


def test_what_weighs_less_than_the_starving_is_held_up_by_it(play: Play) -> None:
    with play:
        play >> queued("m1", "vip", kind="email", at=7)
        play >> released("a1", "ann")
        play >> released("a2", "ann")
        play << offers(1, "call", "ann", at=10, kind="voice")


def test_a_slow_queue_is_held_up_though_its_key_is_older() -> None:
    play = Play().given(queue(slope_per_mille=500), queue("vip", keep_after_us=0))
    play.given(agent("ann", "support", "vip"), assigned("a1", "ann"), available("ann"))
    play.given(queued("call", "vip", kind="voice", at=4)).at(KEEP_AFTER)
    with play:
        play >> queued("m1", kind="email", at=1)
        play >> released("a1", "ann")
        play << offers(1, "call", "ann", at=10, queue_id="vip", kind="voice")


def test_what_waits_for_the_agent_alone_is_not_held_up(play: Play) -> None:
    with play:
        play >> queued("c1", at=9, kind="email", preferred="ann", until=40)
        play << offers(1, "c1", "ann", at=10, kind="email")


def test_what_waits_for_the_agent_alone_goes_first_when_there_is_room(play: Play) -> None:
    play.given(queued("m1", kind="email", at=9))
    with play:
        play >> queued("c1", at=9, preferred="ann", until=40) << starts("preference:c1", 40)
        play >> released("a1", "ann")
        play >> released("a2", "ann") << offers(1, "c1", "ann", at=10)


def test_the_agent_is_kept_on_for_who_comes_into_a_wider_ring() -> None:
    play = Play().given(queue(keep_after_us=0, rings=(ring(20),)))
    play.given(agent("ann", skills=RUSSIAN), assigned("a1", "ann"), available("ann"))
    play.given(queued("call", kind="voice", needs=RUSSIAN), queued("m1", kind="email", at=9))
    with play.at(20):
        play >> elapsed("steps:support") << starts("steps:support", 29)
        assert verdict_on("ann", play, "call") is Verdict.KEPT_FOR_THIS
        play >> released("a1", "ann")
        play << offers(1, "call", "ann", at=20, kind="voice")


def test_what_overflows_to_where_nobody_is_kept_lets_its_agent_go() -> None:
    play = Play().given(queue("vip"), queue(keep_after_us=0, overflow=overflow(60, "vip")))
    play.given(agent("ann", "support", "vip"), assigned("a1", "ann"), available("ann"))
    play.given(queued("call", kind="voice"), queued("m1", kind="email", at=9))
    with play.at(60):
        play >> elapsed("steps:support")
        play << OverflowConversation(CALL, SUPPORT, OverflowKind.QUEUE, QueueId("vip"))
        play << starts("steps:support", 69)
        play << offers(1, "m1", "ann", at=60, kind="email")


def test_who_is_kept_is_let_go_by_settings_that_keep_nobody(play: Play) -> None:
    play.given(queued("m1", kind="email", at=9))
    with play:
        play >> queue(slope_per_mille=500)
        play << offers(1, "m1", "ann", at=10, kind="email")


def test_who_has_consulted_in_it_is_offered_it_when_the_consult_is_over() -> None:
    play = Play().given(queue(), agent("ann"), agent("bob"), available("ann"))
    play.given(assigned("call", "bob", "voice"), ConsultStarted(CALL, AgentId("ann"), "voice"))
    with play:
        play >> transferred("call", at=0, to="ann", until=30)
        play << starts("exclusions:call", 30) << starts("preference:call", 30)
        play >> ConsultEnded(CALL, AgentId("ann"))
        play << offers(1, "call", "ann", at=0, kind="voice")
