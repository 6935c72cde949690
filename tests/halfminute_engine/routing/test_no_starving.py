"""A floor on which more chats come than can be answered, and one call among them."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count

import pytest

from halfminute_engine.routing.commands import OfferConversation
from halfminute_engine.routing.events import Event, QueueConfigured
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.values import OfferNumber
from tests.halfminute_engine.routing.cast_of_play import (
    RING_SECONDS,
    SUPPORT,
    accepted,
    agent,
    available,
    queued,
    released,
)
from tests.halfminute_engine.routing.play import SECOND

AGENTS = 3
CHAT_SECONDS = 60
CALL_AT, END_AT = 100, 1_200


def seconds_until_the_call_rings(keep_after: int | None) -> int | None:
    """Chats come twice as often as they can be answered; None: it did not ring while they did."""
    router = Router()
    keep_after_us = None if keep_after is None else keep_after * SECOND
    ahead: list[tuple[int, int, Event]] = []

    numbers = count()

    def plan(at: int, event: Event) -> None:
        heappush(ahead, (at, next(numbers), event))

    plan(0, QueueConfigured(SUPPORT, RING_SECONDS * SECOND, keep_after_us=keep_after_us))
    for number in range(AGENTS):
        plan(1, agent(f"agent-{number}"))
        plan(2 + 7 * number, available(f"agent-{number}"))
    for at in range(2, END_AT, 5):
        plan(at, queued(f"chat-{at}", at=at))
    plan(CALL_AT, queued("call", kind="voice", at=CALL_AT))
    while ahead[0][0] < END_AT:
        at, _, event = heappop(ahead)
        for command in router.handle(event, at * SECOND):
            if isinstance(command, OfferConversation):
                if command.conversation_id == "call":
                    return at - CALL_AT
                plan(at, accepted(OfferNumber(command.offer_number)))
                plan(at + CHAT_SECONDS, released(command.conversation_id, command.agent_id))
    return None


def test_small_work_starves_a_call_where_nobody_is_kept() -> None:
    assert seconds_until_the_call_rings(None) is None


@pytest.mark.parametrize("keep_after", [0, 30, 300])
def test_a_call_rings_once_the_chats_of_one_agent_are_over(keep_after: int) -> None:
    waited = seconds_until_the_call_rings(keep_after)
    assert waited is not None
    assert keep_after <= waited <= keep_after + 2 * CHAT_SECONDS
