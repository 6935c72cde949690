"""Plays of idle agents who are kept back for what only they can do."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.errors import InvalidValue
from halfminute_engine.routing.events import AgentRemoved, OfferRefused, SkillConfigured
from halfminute_engine.routing.explain import Verdict
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    OfferNumber,
    RefusalCause,
)
from tests.halfminute_engine.routing.cast_of_play import (
    accepted,
    agent,
    assigned,
    available,
    away,
    cancels,
    declined,
    elapsed,
    offers,
    queue,
    queued,
    released,
    ring,
    starts,
)
from tests.halfminute_engine.routing.play import SECOND, Play

WAIT = 30
CHINESE = (("zh", 1),)


def reserve(count: int, *, skill: str = "zh", wait: int = WAIT) -> SkillConfigured:
    return SkillConfigured(skill, count, wait * SECOND)


@pytest.fixture
def play() -> Play:
    """Ann and Bob speak Chinese, Eve does not; one who does is kept idle. Ann is idle longest."""
    play = Play().given(queue(), reserve(1))
    play.given(agent("ann", skills=CHINESE), agent("bob", skills=CHINESE), agent("eve"))
    return play.given(available("ann")).at(1).given(available("bob")).at(2)


def test_general_work_takes_specialists_down_to_the_reserve(play: Play) -> None:
    with play:
        play >> queued("c1", at=2) << offers(1, "c1", "ann", at=2)
        play >> queued("c2", at=2) << starts("reserve:zh", 32)
        play >> available("eve") << offers(2, "c2", "eve", at=2)


def test_who_needs_the_skill_gets_the_last_of_them(play: Play) -> None:
    with play.given(queued("c1", at=2)):
        play >> queued("c2", at=2, needs=CHINESE)
        play << offers(2, "c2", "bob", at=2)


def test_who_is_able_without_the_skill_is_asked_though_idle_for_less(play: Play) -> None:
    with play.given(away("bob")).at(3).given(available("eve")):
        play >> queued("c1", at=3) << offers(1, "c1", "eve", at=3)


def test_a_specialist_who_comes_free_is_kept_for_who_needs_it() -> None:
    play = Play().given(queue(), reserve(1), agent("ann", skills=CHINESE))
    with play.given(queued("c1"), queued("c2", at=1, needs=CHINESE)):
        play >> available("ann") << offers(1, "c2", "ann", at=0)


def test_general_work_waits_no_longer_than_it_is_told_to(play: Play) -> None:
    play.given(queued("c1", at=2), queued("c2", at=2), queued("c3", at=5))
    with play.at(32):
        play >> elapsed("reserve:zh") << offers(2, "c2", "bob", at=32)


def test_a_timer_looks_again_when_somebody_else_has_become_the_first(play: Play) -> None:
    play.given(queued("c1", at=2), queued("c2", at=2), queued("c3", at=5))
    play.given(assigned("c2", "eve"))
    with play.at(32):
        play >> elapsed("reserve:zh") << starts("reserve:zh", 35)
        play.at(35) >> elapsed("reserve:zh") << offers(2, "c3", "bob", at=35)


def test_who_has_waited_too_long_gets_the_next_specialist_at_once() -> None:
    play = Play().given(queue(), reserve(1), agent("ann", skills=CHINESE), queued("c1"))
    with play.at(WAIT):
        play >> available("ann") << offers(1, "c1", "ann", at=WAIT)


def test_a_specialist_who_is_passed_over_looks_again_in_time() -> None:
    play = Play().given(queue(), reserve(1), agent("ann", skills=CHINESE), queued("c1"))
    with play.at(10):
        play >> available("ann") << starts("reserve:zh", 30)
        play.at(30) >> elapsed("reserve:zh") << offers(1, "c1", "ann", at=30)


def test_a_specialist_who_is_passed_over_by_many_looks_again_for_the_first_of_them() -> None:
    play = Play().given(queue(), reserve(1), agent("ann", skills=CHINESE))
    with play.given(queued("c1"), queued("m1", kind="email", at=5)).at(10):
        play >> available("ann") << starts("reserve:zh", 30)


def test_who_counts_as_having_waited_longer_brings_the_time_forward(play: Play) -> None:
    with play.given(away("ann")).at(5):
        play >> queued("c1", at=5) << starts("reserve:zh", 35)
        play >> queued("c2", at=5, credit_seconds=4) << starts("reserve:zh", 31)
        play >> queued("c3", at=5)


def test_who_has_something_already_is_no_part_of_the_reserve() -> None:
    play = Play().given(queue(), reserve(1), agent("ann", skills=CHINESE), available("ann"))
    with play.given(assigned("c0", "ann")):
        play >> queued("c1") << offers(1, "c1", "ann", at=0)


def test_when_more_are_idle_than_are_kept_the_longest_idle_is_offered_what_waits(
    play: Play,
) -> None:
    play.given(queued("c1", at=2), queued("c2", at=2))
    with play.at(3):
        play >> declined(1) << starts("exclusions:c1", 33)
        play << offers(2, "c2", "ann", at=3)


def test_another_specialist_is_freed_though_the_one_who_came_can_take_nothing() -> None:
    play = Play().given(queue(), queue("sales"), reserve(1), agent("ann", skills=CHINESE))
    play.given(agent("bob", "sales", skills=CHINESE), available("ann"), queued("c1"))
    with play:
        play >> available("bob") << offers(1, "c1", "ann", at=0)


def test_a_preferred_specialist_is_kept_back_like_any_other(play: Play) -> None:
    with play.given(away("bob")):
        play >> queued("c1", at=2, preferred="ann") << starts("reserve:zh", 32)


def test_a_greater_reserve_keeps_more_and_none_keeps_nobody(play: Play) -> None:
    with play.given(reserve(2)):
        play >> queued("c1", at=2) << starts("reserve:zh", 32)
        play >> reserve(0) << cancels("reserve:zh")
        play << offers(1, "c1", "ann", at=2)
        play >> reserve(0)


def test_a_shorter_wait_lets_go_who_is_kept(play: Play) -> None:
    with play.given(away("ann"), queued("c1", at=2)).at(12):
        play >> reserve(1, wait=10) << cancels("reserve:zh")
        play << offers(1, "c1", "bob", at=12)


def test_a_reserve_that_is_set_while_all_are_idle_keeps_from_then_on() -> None:
    play = Play().given(queue(), agent("ann", skills=CHINESE), available("ann"), reserve(1))
    with play:
        play >> queued("c1") << starts("reserve:zh", 30)


def test_a_reserve_that_was_lifted_and_set_again_counts_anew() -> None:
    spoken = (("ru", 1), ("zh", 1))
    play = Play().given(queue(), reserve(1), reserve(1, skill="ru"))
    play.given(agent("ann", skills=spoken), agent("bob", skills=spoken), available("ann"))
    play.given(available("bob"), reserve(0), away("bob"), reserve(1))
    with play:
        play >> queued("c1", needs=(("ru", 1),)) << starts("reserve:zh", 30)


def test_of_two_reserves_both_must_let_go() -> None:
    spoken = (("ru", 1), ("zh", 1))
    play = Play().given(queue(), reserve(1), reserve(1, skill="ru", wait=40))
    play.given(agent("ann", skills=spoken), available("ann"))
    with play:
        play >> queued("c1") << starts("reserve:zh", 30) << starts("reserve:ru", 40)
        play.at(30) >> elapsed("reserve:zh")
        play.at(40) >> elapsed("reserve:ru") << offers(1, "c1", "ann", at=40)


def test_an_agent_who_loses_the_skill_or_goes_is_kept_no_more(play: Play) -> None:
    with play.given(queued("c0", at=2, needs=CHINESE), queued("c1", at=2)):
        play >> agent("bob") << offers(2, "c1", "bob", at=2)
    play.given(AgentRemoved(AgentId("ann")))
    assert play.router._floor.matching.reserves.list_idle("zh") == []


def test_a_call_that_may_interrupt_is_kept_from_the_idle_and_not_from_the_loaded() -> None:
    weights = (("chat", 34), ("email", 20), ("voice", 100))
    capacity = Capacity(100, weights, interrupts=(("voice", ("email",)),))
    play = Play().given(queue(), reserve(1), agent("ann", skills=CHINESE, capacity=capacity))
    with play.given(available("ann"), queued("m1", kind="email", needs=CHINESE), accepted(1)):
        play >> queued("call", kind="voice")
        play << offers(2, "call", "ann", at=0, kind="voice")
        play >> declined(2) << starts("exclusions:call", 30)
        play >> released("m1", "ann")
        play >> queued("call2", kind="voice") << starts("reserve:zh", 30)


def test_the_reason_names_the_reserve_until_it_lets_go(play: Play) -> None:
    play.given(away("ann"), queued("c1", at=2))
    explanation = play.router.explain(ConversationId("c1"))
    assert {item.agent_id: item.verdict for item in explanation.candidates} == {
        AgentId("ann"): Verdict.NOT_AVAILABLE,
        AgentId("bob"): Verdict.RESERVED,
        AgentId("eve"): Verdict.NOT_AVAILABLE,
    }


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (("", 1, 1), "skill must not be empty"),
        (("zh", -1, 1), "idle_reserve must not be negative"),
        (("zh", 1, -1), "reserve_wait_us must not be negative"),
    ],
)
def test_a_reserve_that_cannot_be_meant_is_refused(
    values: tuple[str, int, int], complaint: str
) -> None:
    with pytest.raises(InvalidValue, match=complaint):
        SkillConfigured(*values)


def test_who_needed_the_skill_before_its_ring_dropped_it_is_not_kept_out() -> None:
    play = Play().given(queue(rings=(ring(5),)), reserve(1), agent("ann", skills=CHINESE))
    play.given(queued("c1", needs=(("zh", 4),)), available("ann"))
    with play.at(5):
        play >> elapsed("steps:support") << offers(1, "c1", "ann", at=5)


def test_who_waits_for_one_agent_alone_is_not_kept_from_it() -> None:
    play = Play().given(queue(), reserve(1), agent("ann", skills=CHINESE), away("ann"))
    play.given(queued("c1", preferred="ann", until=60))
    assert [item.verdict for item in play.router.explain(ConversationId("c1")).candidates] == [
        Verdict.NOT_AVAILABLE
    ]
    with play:
        play >> available("ann") << offers(1, "c1", "ann", at=0)
    play.given(OfferRefused(OfferNumber(1), RefusalCause.CONVERSATION))
    assert [item.verdict for item in play.router.explain(ConversationId("c1")).candidates] == [
        Verdict.ELIGIBLE
    ]
