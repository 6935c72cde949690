"""Nobody waits for ever in a configuration that the checks have found sound."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from halfminute_engine.routing.checks import find_faults
from halfminute_engine.routing.commands import OfferConversation, OverflowConversation, StartTimer
from halfminute_engine.routing.events import Event, OfferAccepted, QueueConfigured
from halfminute_engine.routing.queue_rules import AgentChoice, Overflow, OverflowKind, Ring
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.state import Place
from halfminute_engine.routing.values import ConversationId, QueueId
from tests.halfminute_engine.routing.cast_of_play import (
    agent,
    available,
    elapsed,
    queue,
    queued,
    released,
)
from tests.halfminute_engine.routing.play import SECOND

NAMES = "abc"
HANDLE_US = 7 * SECOND

rings = st.sampled_from(
    [
        (),
        (Ring(5 * SECOND, (("ru", 1),)),),
        (Ring(5 * SECOND, (("topic:", 0),)), Ring(9 * SECOND, is_any_agent=True)),
        (Ring(20 * SECOND, is_any_agent=True),),
    ]
)
overflows = st.one_of(
    st.none(),
    st.builds(
        Overflow,
        st.just(30 * SECOND),
        st.just(OverflowKind.QUEUE),
        st.sampled_from([QueueId(name) for name in NAMES]),
    ),
    st.builds(
        Overflow,
        st.just(30 * SECOND),
        st.sampled_from([OverflowKind.CALLBACK, OverflowKind.MESSAGE]),
        is_kept=st.booleans(),
    ),
)


@st.composite
def houses(draw: st.DrawFn) -> list[QueueConfigured]:
    """Three queues that fit together."""
    queues = []
    for name in NAMES:
        overflow = draw(overflows)
        if overflow is not None and overflow.queue_id == name:
            overflow = None
        queues.append(
            queue(
                name,
                rings=draw(rings),
                overflow=overflow,
                slope_per_mille=draw(st.sampled_from([100, 1_000, 5_000])),
                agent_choice=draw(st.sampled_from(AgentChoice)),
            )
        )
    unsound = {fault.queue_id for fault in find_faults(queues)}
    anybody = (Ring(10 * SECOND, is_any_agent=True),)
    return [
        queue(item.queue_id, rings=anybody) if item.queue_id in unsound else item for item in queues
    ]


arrivals = st.lists(
    st.fixed_dictionaries(
        {
            "queue_id": st.sampled_from(NAMES),
            "at": st.integers(0, 60),
            "needs": st.sampled_from(
                [(), (("ru", 2),), (("topic:tv", 1),), (("ru", 2), ("en", 5))]
            ),
            "preferred": st.sampled_from([None, "ann", "bob"]),
        }
    ),
    min_size=1,
    max_size=25,
)


class Day:
    """Arrivals, and agents who accept all and take seven seconds for each."""

    def __init__(self, queues: list[QueueConfigured]) -> None:
        self.router = Router()
        self.ahead: list[tuple[int, int, Event]] = []
        self.done: set[ConversationId] = set()
        self.drawn = 0
        staff = [agent("ann", "a", "b"), agent("bob", "b", "c")]
        events: list[Event] = [*queues, *staff, available("ann"), available("bob")]
        for event in events:
            self.plan(0, event)

    def plan(self, at_us: int, event: Event) -> None:
        self.drawn += 1
        heappush(self.ahead, (at_us, self.drawn, event))

    def run(self) -> None:
        now_us = 0
        while self.ahead:
            at_us, _, event = heappop(self.ahead)
            now_us = max(now_us, at_us)
            for command in self.router.handle(event, now_us):
                self.follow(command, now_us)

    def follow(self, command: Any, now_us: int) -> None:
        if isinstance(command, OfferConversation):
            self.done.add(command.conversation_id)
            self.plan(now_us, OfferAccepted(command.offer_number))
            ends = released(command.conversation_id, command.agent_id, command.queue_id)
            self.plan(now_us + HANDLE_US, ends)
        elif isinstance(command, OverflowConversation):
            if command.target_queue_id is None and not command.is_kept:
                self.done.add(command.conversation_id)
        elif isinstance(command, StartTimer):
            self.plan(command.due_us, elapsed(command.timer_id))


def ends_somewhere(house: list[QueueConfigured], wishes: dict[str, Any]) -> bool:
    """A queue without rings asks for all that is required, for ever: that is its owner's wish."""
    return not wishes["needs"] or all(item.rings for item in house)


@settings(max_examples=150, deadline=None)
@given(houses(), arrivals)
def test_everybody_is_offered_or_taken_elsewhere_in_the_end(
    house: list[QueueConfigured], arriving: list[dict[str, Any]]
) -> None:
    day = Day(house)
    expected = set()
    for number, wishes in enumerate(arriving):
        preferred = {"until": wishes["at"] + 15} if wishes["preferred"] else {}
        event = queued(f"c{number}", **wishes, **preferred)
        day.plan(wishes["at"] * SECOND, event)
        if ends_somewhere(house, wishes):
            expected.add(event.conversation_id)
    day.run()
    assert expected <= day.done
    left = day.router._floor.state.conversations
    assert {item.place for item in left.values()} <= {Place.WAITING}
    assert not left.keys() & expected
