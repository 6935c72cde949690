"""Whose turn it is: equal slopes keep the order of the keys, different ones overtake in time."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.routing.commands import OfferConversation
from halfminute_engine.routing.events import QueueRemoved
from halfminute_engine.routing.ordering import Pace, pace_of
from halfminute_engine.routing.state import SEQUENCE_BITS
from halfminute_engine.routing.values import Capacity, QueueId
from tests.halfminute_engine.routing.cast_of_play import (
    accepted,
    agent,
    available,
    offers,
    queue,
    queued,
)
from tests.halfminute_engine.routing.play import SECOND, Play

ROOMY = Capacity(1_000, (("chat", 1), ("email", 1)))


def two_queues(**gold: Any) -> Play:
    play = Play().given(queue(), queue("gold", **gold))
    return play.given(agent("ann", "support", "gold"))


def test_who_gains_weight_twice_as_fast_goes_first_after_half_the_wait() -> None:
    play = two_queues(slope_per_mille=2_000).given(queued("c1", at=0), queued("vip", "gold", at=6))
    with play.at(11):
        play >> available("ann") << offers(1, "c1", "ann", at=11)
    play = two_queues(slope_per_mille=2_000).given(queued("c1", at=0), queued("vip", "gold", at=6))
    with play.at(13):
        play >> available("ann")
        play << offers(1, "vip", "ann", at=13, queue_id="gold")


def test_of_equal_scores_the_earlier_goes_first() -> None:
    play = two_queues(slope_per_mille=2_000).given(queued("vip", "gold", at=5), queued("c1", at=0))
    with play.at(10):
        play >> available("ann") << offers(1, "c1", "ann", at=10)


def test_a_greatest_wait_bounds_what_a_queue_weighs() -> None:
    play = two_queues(greatest_wait_us=10 * SECOND)
    play.given(queued("g2", "gold", at=1), queued("g1", "gold", at=0), queued("c1", at=20))
    with play.at(31):
        play >> available("ann") << offers(1, "c1", "ann", at=31)
        play >> accepted(1)
        play << offers(2, "g1", "ann", at=31, queue_id="gold")


def test_a_slope_that_changes_holds_for_those_who_wait() -> None:
    play = two_queues().given(queued("c1", at=0), queued("vip", "gold", at=6)).at(10)
    with play.given(queue("gold", slope_per_mille=3_000)):
        play >> available("ann")
        play << offers(1, "vip", "ann", at=10, queue_id="gold")


def test_no_head_blocks_another_queue() -> None:
    play = two_queues(slope_per_mille=9_000).given(agent("bob", "support"))
    play.given(queued("vip", "gold", at=0, needs=(("ru", 1),)), queued("c1", at=9))
    with play.at(10):
        play >> available("bob") << offers(1, "c1", "bob", at=10)


paces = st.builds(
    Pace,
    st.integers(1, 4_000),
    st.one_of(st.just(1 << 200), st.integers(0, 100).map(SECOND.__mul__)),
)
keys = st.tuples(st.integers(-50, 200), st.integers(0, 9)).map(
    lambda pair: ((pair[0] * SECOND) << SEQUENCE_BITS) + pair[1]
)


@given(
    st.lists(st.tuples(paces, keys), unique_by=lambda item: item[1], max_size=8),
    st.integers(0, 300),
)
def test_within_a_pace_the_key_decides_and_between_them_the_score(
    waiting: list[tuple[Pace, int]], second: int
) -> None:
    now_us = second * SECOND
    ranked = sorted(waiting, key=lambda item: (-item[0].score(item[1], now_us), item[1]))
    for place, (pace, key) in enumerate(ranked):
        for other_pace, other_key in ranked[place + 1 :]:
            assert pace.place(key, now_us) < other_pace.place(other_key, now_us)
            if pace == other_pace:
                assert key < other_key


rules = st.fixed_dictionaries(
    {"slope_per_mille": st.sampled_from([250, 1_000, 1_001, 3_000])},
    optional={
        "greatest_wait_us": st.sampled_from([0, 5 * SECOND, 60 * SECOND]),
        "credit_seconds": st.integers(0, 5),
    },
)
arrivals = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 60), st.sampled_from(["chat", "email"])),
    max_size=25,
)


@given(st.lists(rules, min_size=3, max_size=3), arrivals, st.integers(60, 120))
def test_an_agent_gets_them_in_the_order_of_their_scores(
    settings: list[dict[str, Any]], arriving: list[tuple[str, int, str]], second: int
) -> None:
    queues = {name: queue(name, **rule) for name, rule in zip("abc", settings, strict=True)}
    play = Play().given(*queues.values(), agent("ann", *"abc", capacity=ROOMY)).at(second)
    ranked = []
    for number, (name, at, kind) in enumerate(arriving):
        play.given(queued(f"c{number}", name, at=at, kind=kind))
        order_at_us = at * SECOND - queues[name].priority_credit_us
        score = pace_of(queues[name]).score(order_at_us << SEQUENCE_BITS, second * SECOND)
        ranked.append((-score, order_at_us, number))
    play.given(available("ann"))
    served = []
    while offer := next((c for c in play._answered if isinstance(c, OfferConversation)), None):
        served.append(offer.conversation_id)
        play.given(accepted(offer.offer_number))
    assert served == [f"c{number}" for *_, number in sorted(ranked)]


@given(st.integers(1, 4_000), st.integers(1, 4_000), st.integers(1, 1_000))
def test_any_wait_outgrows_every_newcomer_in_time(slow: int, fast: int, lead: int) -> None:
    patient, newcomer = Pace(slow), Pace(fast)
    now_us = lead * SECOND * fast * 2
    came_us = now_us - lead * SECOND * slow
    assert patient.place(0, now_us) < newcomer.place(came_us << SEQUENCE_BITS, now_us)


def test_a_queue_that_is_removed_and_comes_again_has_its_new_slope() -> None:
    play = Play().given(queue(), queue("vip", slope_per_mille=3_000), queued("c0", "vip"))
    play.given(QueueRemoved(QueueId("vip")), queue("vip", slope_per_mille=500))
    play.given(agent("ann", "support", "vip"), queued("c1", "vip"), queued("c2", at=1))
    with play.at(10):
        play >> available("ann") << offers(1, "c2", "ann", at=10)
