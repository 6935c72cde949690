"""Plays of rings: the longer a conversation is in its queue, the more agents are asked."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.routing.errors import InvalidValue
from halfminute_engine.routing.events import AgentPresenceChanged, OfferRefused
from halfminute_engine.routing.queue_rules import (
    Overflow,
    OverflowKind,
    Ring,
    relax,
    require_widening,
    ring_at,
)
from halfminute_engine.routing.relaxation import STEPS_AT_ONCE
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.values import (
    ConversationId,
    OfferNumber,
    QueueId,
    RefusalCause,
    TimerId,
)
from tests.halfminute_engine.routing.cast_of_play import (
    accepted,
    agent,
    available,
    away,
    declined,
    elapsed,
    offers,
    overflow,
    queue,
    queued,
    ring,
    starts,
)
from tests.halfminute_engine.routing.play import Play

SPANISH_TARIFFS = (("language:es", 3), ("topic:tariffs", 4))
RINGS = (
    ring(10, ("topic:tariffs", 2)),
    ring(20, ("topic:", 0)),
    ring(30, ("topic:", 0), ("language:es", 1)),
    ring(40),
)
STEPS = "steps:support"


@pytest.fixture
def play() -> Play:
    """Nobody speaks Spanish or knows tariffs but some, who come later."""
    return Play().given(queue(rings=RINGS))


def come(play: Play, name: str, *skills: tuple[str, int]) -> AgentPresenceChanged:
    play.given(agent(name, skills=skills))
    return available(name)


def test_each_ring_asks_agents_whom_the_one_before_did_not(play: Play) -> None:
    with play:
        play >> queued("c1", needs=SPANISH_TARIFFS) << starts(STEPS, 10)
        play >> come(play, "all", ("language:es", 5), ("topic:tariffs", 3))
    with play.at(10):
        play >> elapsed(STEPS) << offers(1, "c1", "all", at=10)


@pytest.mark.parametrize(
    ("second", "skills"),
    [
        (0, (("language:es", 3), ("topic:tariffs", 4))),
        (10, (("language:es", 3), ("topic:tariffs", 2))),
        (20, (("language:es", 3),)),
        (30, (("language:es", 1),)),
        (40, ()),
    ],
)
def test_an_agent_is_asked_from_its_ring_on_and_not_before(
    play: Play, second: int, skills: tuple[tuple[str, int], ...]
) -> None:
    play.given(queued("c1", needs=SPANISH_TARIFFS), come(play, "ann", *skills))
    for at in range(10, second + 1, 10):
        assert play.router.explain(ConversationId("c1")).agent_id is None
        play.at(at).given(elapsed(STEPS))
    assert play.router.explain(ConversationId("c1")).agent_id == "ann"


def test_a_step_that_changes_nothing_for_it_asks_nobody(play: Play) -> None:
    play.given(come(play, "ann"), queued("c1", needs=(("brand:main", 1),)))
    for second in (10, 20, 30):
        with play.at(second):
            play >> elapsed(STEPS) << starts(STEPS, second + 10)
    with play.at(40):
        play >> elapsed(STEPS) << offers(1, "c1", "ann", at=40)


def test_one_timer_serves_all_of_a_queue(play: Play) -> None:
    with play:
        play >> queued("c1", needs=SPANISH_TARIFFS) << starts(STEPS, 10)
    with play.at(4):
        play >> queued("c2", at=4, needs=SPANISH_TARIFFS)
        play >> queued("c3", at=4, needs=(("brand:main", 1),))
    with play.at(10):
        play >> elapsed(STEPS) << starts(STEPS, 14)
    with play.at(14):
        play >> elapsed(STEPS) << starts(STEPS, 20)


def test_who_came_earlier_by_another_clock_takes_its_step_earlier(play: Play) -> None:
    with play.at(8):
        play >> queued("c1", at=8, needs=SPANISH_TARIFFS) << starts(STEPS, 18)
        play >> queued("c2", at=5, needs=SPANISH_TARIFFS) << starts(STEPS, 15)


def test_who_is_offered_at_once_needs_no_timer(play: Play) -> None:
    play.given(come(play, "ann", *SPANISH_TARIFFS))
    with play:
        play >> queued("c1", needs=SPANISH_TARIFFS)
        play << offers(1, "c1", "ann", at=0)


def test_one_who_comes_late_stands_where_its_time_has_brought_it(play: Play) -> None:
    play.given(come(play, "ann", ("language:es", 1)))
    with play.at(33):
        play >> queued("c1", needs=SPANISH_TARIFFS)
        play << offers(1, "c1", "ann", at=33)


def test_the_clock_of_the_rings_goes_on_while_it_rings(play: Play) -> None:
    play.given(come(play, "ann", *SPANISH_TARIFFS), queued("c1", needs=SPANISH_TARIFFS))
    play.given(come(play, "bob", ("language:es", 3)))
    with play.at(20):
        play >> declined(1) << starts("exclusions:c1", 50)
        play << offers(2, "c1", "bob", at=20)


def test_in_a_wider_ring_it_stands_among_the_others_by_its_old_key(play: Play) -> None:
    play.given(queued("old", needs=SPANISH_TARIFFS), queued("c2", at=1))
    play.at(40).given(elapsed(STEPS), queued("c3", at=0.5), agent("ann"))
    with play:
        play >> available("ann") << offers(1, "old", "ann", at=40)
        play >> accepted(1)
        play << offers(2, "c3", "ann", at=40)


def test_who_waits_no_more_takes_no_step(play: Play) -> None:
    play.given(queued("c1", needs=SPANISH_TARIFFS), come(play, "ann", *SPANISH_TARIFFS))
    play.given(available("ann"), accepted(1))
    with play.at(10):
        play >> elapsed(STEPS)


def test_new_rings_hold_for_those_who_wait_by_their_old_keys(play: Play) -> None:
    play.given(queued("c2", at=2, needs=SPANISH_TARIFFS), come(play, "ann"), come(play, "bob"))
    play.given(available("ann"), available("bob"), queued("c1", at=1, needs=SPANISH_TARIFFS))
    with play.at(5):
        play >> queue(rings=(ring(3),)) << offers(1, "c1", "ann", at=5)
        play << offers(2, "c2", "bob", at=5)


def test_narrower_rings_hold_for_those_who_wait_too(play: Play) -> None:
    play.given(queued("c1", needs=SPANISH_TARIFFS)).at(40).given(elapsed(STEPS))
    play.given(queue(rings=(ring(60),)), come(play, "ann"))
    with play:
        play >> available("ann")
    assert play.router.explain(ConversationId("c1")).ring == 0
    with play.at(60):
        play >> elapsed(STEPS) << offers(1, "c1", "ann", at=60)


def test_what_rings_goes_on_ringing_when_the_rings_narrow(play: Play) -> None:
    play.given(queued("c1", needs=SPANISH_TARIFFS), come(play, "ann")).at(40)
    play.given(elapsed(STEPS), available("ann"))
    with play:
        play >> queue(rings=(ring(60),))
        play >> accepted(1)


def test_a_paused_conversation_takes_its_steps_and_asks_after_its_pause(play: Play) -> None:
    play.given(come(play, "ann", ("language:es", 3)), away("ann"))
    play.given(come(play, "bob", *SPANISH_TARIFFS), available("bob"))
    play.at(18).given(queued("c1", at=9, needs=SPANISH_TARIFFS), available("ann"))
    play.given(available("ann"))
    with play.at(18):
        play >> OfferRefused(OfferNumber(1), RefusalCause.CONVERSATION)
        play << starts("conversation_pause:c1", 23) << starts(STEPS, 19)


def test_many_who_are_due_at_one_moment_do_not_hold_up_everybody(play: Play) -> None:
    due = [queued(f"c{number}", needs=SPANISH_TARIFFS) for number in range(STEPS_AT_ONCE + 5)]
    play.given(*due)
    with play.at(10):
        play >> elapsed(STEPS) << starts(STEPS, 10)
        play >> elapsed(STEPS) << starts(STEPS, 20)
    rings = {play.router.explain(item.conversation_id).ring for item in due}
    assert rings == {1}


def test_the_schedule_survives_a_restart(play: Play) -> None:
    play.given(queued("c1", needs=SPANISH_TARIFFS), come(play, "ann", ("language:es", 3)))
    play.at(10).given(elapsed(STEPS))
    again = Play(Router.restore(play.router.snapshot()))
    assert [timer.timer_id for timer in again.router.pending_timers()] == [TimerId(STEPS)]
    with again.at(20):
        again >> elapsed(STEPS) << offers(1, "c1", "ann", at=20)


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"rings": (ring(5), ring(5))}, r"rings\[1\].after_us"),
        ({"rings": (ring(5), ring(6))}, r"rings\[1\] comes after a ring of any agent"),
        ({"rings": (ring(5, ("ru", 1)), ring(6, ("ru", 2)))}, r"rings\[1\].least_levels"),
        ({"rings": (ring(5, ("topic:", 0)), ring(6, ("topic:a", 0)))}, "least_levels .* topic:"),
        ({"rings": (ring(5, ("ru", 1)),), "overflow": overflow(5, "b")}, "overflow.after_us"),
        ({"overflow": overflow(5, "support")}, "overflow.queue_id"),
        ({"slope_per_mille": 0}, "slope_per_mille"),
        ({"greatest_wait_us": -1}, "greatest_wait_us"),
    ],
)
def test_rules_out_of_range_are_refused_by_name(rules: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue, match=field):
        queue(**rules)


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: Ring(0), "rings.after_us"),
        (lambda: Ring(1, (("ru", -1),)), "least_levels"),
        (lambda: Ring(1, (("ru", 1), ("ru", 2))), "least_levels"),
        (lambda: Overflow(0, OverflowKind.CALLBACK), "overflow.after_us"),
        (lambda: Overflow(1, OverflowKind.QUEUE), "overflow.queue_id"),
        (lambda: Overflow(1, OverflowKind.MESSAGE, QueueId("q")), "overflow.queue_id"),
        (lambda: Overflow(1, OverflowKind.QUEUE, QueueId("q"), is_kept=True), "is_kept"),
    ],
)
def test_a_step_out_of_range_is_refused_by_name(build: Callable[[], object], field: str) -> None:
    with pytest.raises(InvalidValue, match=field):
        build()


def test_a_namespace_covers_the_skills_that_an_earlier_ring_named() -> None:
    require_widening((ring(5, ("topic:a", 2)), ring(6, ("topic:", 2)), ring(7)), None)


requirements = st.dictionaries(
    st.sampled_from(["topic:a", "topic:b", "language:ru", "plain"]), st.integers(1, 5)
).map(lambda items: tuple(sorted(items.items())))
lowered = st.dictionaries(
    st.sampled_from(["topic:a", "topic:", "language:ru", "plain"]), st.integers(0, 5)
)


def lower_further(before: dict[str, int], also: dict[str, int]) -> dict[str, int]:
    names = before.keys() | also.keys()
    return {name: min(before.get(name, 5), also.get(name, 5)) for name in names}


any_levels = st.lists(lowered, min_size=2, max_size=4)
widening_levels = any_levels.map(lambda items: list(accumulate(items, lower_further)))
skill_sets = st.dictionaries(
    st.sampled_from(["topic:a", "topic:b", "language:ru", "plain"]), st.integers(1, 5)
)


def rings_of(levels: list[dict[str, int]]) -> tuple[Ring, ...]:
    return tuple(Ring(number, tuple(level.items())) for number, level in enumerate(levels, start=1))


def asked(rings: tuple[Ring, ...], required: Any, skills: dict[str, int]) -> list[bool]:
    return [
        all(skills.get(skill, 0) >= level for skill, level in relax(required, each))
        for each in rings
    ]


@given(widening_levels, requirements, skill_sets)
def test_whoever_a_ring_asks_the_next_one_asks_too(
    levels: list[dict[str, int]], required: Any, skills: dict[str, int]
) -> None:
    rings = rings_of(levels)
    require_widening(rings, None)
    assert asked(rings, required, skills) == sorted(asked(rings, required, skills))


@given(widening_levels, st.sampled_from(["topic:a", "language:ru"]), st.integers(0, 4))
def test_a_ring_that_asks_fewer_than_the_one_before_is_refused(
    levels: list[dict[str, int]], skill: str, level: int
) -> None:
    narrower = [*levels, {**levels[-1], skill: level}, {skill: level + 1}]
    with pytest.raises(InvalidValue, match="least_levels"):
        require_widening(rings_of(narrower), None)


@given(st.lists(st.integers(1, 100), unique=True).map(sorted), st.integers(-5, 105))
def test_the_ring_is_the_last_one_whose_time_has_come(times: list[int], waited: int) -> None:
    rings = tuple(Ring(after_us) for after_us in times)
    assert ring_at(rings, waited) == sum(after_us <= waited for after_us in times)
