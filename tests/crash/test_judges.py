"""What the bench of take-overs judges by: each fault is seen, and what is no fault is none."""

from __future__ import annotations

from typing import Any

import pytest

from bench.journal_order import JournalOrder
from bench.offer_ledger import count_above_capacity, count_rung_twice
from halfminute_engine.routing.commands import OfferConversation, WithdrawOffer
from halfminute_engine.routing.events import (
    ConversationQueued,
    ConversationWithdrawn,
    OfferAccepted,
    OfferDeclined,
)
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    QueueId,
    WithdrawalReason,
)

Told = dict[str, Any]


def queued(name: str, at: int, credit: int = 0, queue: str = "q") -> ConversationQueued:
    return ConversationQueued(
        ConversationId(name),
        QueueId(queue),
        "chat",
        queued_at_us=at * 1_000_000,
        priority_credit_us=credit * 1_000_000,
    )


def offered(number: int, name: str, agent: str = "ann") -> OfferConversation:
    conversation_id, agent_id = ConversationId(name), AgentId(agent)
    return OfferConversation(
        OfferNumber(number), conversation_id, agent_id, QueueId("q"), "chat", expires_at_us=0
    )


def withdrawn(number: int, name: str, reason: WithdrawalReason) -> WithdrawOffer:
    return WithdrawOffer(OfferNumber(number), ConversationId(name), AgentId("ann"), reason)


def judge(*happened: Any) -> JournalOrder:
    order = JournalOrder()
    for each in happened:
        is_decided = isinstance(each, OfferConversation | WithdrawOffer)
        (order.note if is_decided else order.hear)(each, 0)
    return order


@pytest.mark.parametrize(
    ("happened", "faults"),
    [
        ((queued("a", 1), queued("b", 2), offered(1, "a"), offered(2, "b", "bob")), 0),
        ((queued("a", 1), queued("b", 2), offered(1, "b")), 1),
        ((queued("a", 1), queued("b", 2, queue="other"), offered(1, "b")), 0),
        # Who came later with a better key may be in an earlier ring.
        ((queued("a", 1), queued("b", 2, credit=60), offered(1, "a")), 0),
        # Whoever has refused one is passed over, and nobody else is.
        (
            (
                *(queued("a", 1), queued("b", 2), offered(1, "a"), OfferDeclined(OfferNumber(1))),
                offered(2, "b"),
            ),
            0,
        ),
        (
            (
                *(queued("a", 1), queued("b", 2), offered(1, "a"), OfferDeclined(OfferNumber(1))),
                offered(2, "b", "bob"),
            ),
            1,
        ),
        (
            (
                *(queued("a", 1), queued("b", 2), offered(1, "a")),
                withdrawn(1, "a", WithdrawalReason.AGENT_UNAVAILABLE),
                offered(2, "b", "bob"),
            ),
            1,
        ),
        (
            (
                *(queued("a", 1), queued("b", 2), offered(1, "a"), OfferAccepted(OfferNumber(1))),
                offered(2, "b", "bob"),
            ),
            0,
        ),
        (
            (
                *(queued("a", 1), queued("b", 2)),
                ConversationWithdrawn(ConversationId("a"), "closed"),
                offered(1, "b"),
            ),
            0,
        ),
    ],
)
def test_who_is_passed_over_is_seen(happened: tuple[Any, ...], faults: int) -> None:
    assert judge(*happened).out_of_order == faults


def test_who_is_due_for_a_wider_ring_is_passed_by_lag() -> None:
    order = JournalOrder()
    for name in ("a", "b"):
        order.hear(queued(name, 1 if name == "a" else 2), 0)
    order.note(offered(1, "b"), 0, lambda name: name == "a")
    assert (order.out_of_order, order.passed_by_lag) == (0, 1)


def test_who_is_told_again_with_another_key_is_seen() -> None:
    assert judge(queued("a", 1, credit=5), queued("a", 1, credit=5)).keys_changed == 0
    assert judge(queued("a", 1, credit=5), queued("a", 1)).keys_changed == 1
    assert judge(queued("a", 1), queued("a", 2)).keys_changed == 1


def event(kind: str, name: str = "") -> Told:
    return {"type": kind, "data": {"offer_id": name, "conversation_id": name}}


CONFIGURED = event("AgentConfigured")


def rings(name: str) -> Told:
    return event("ConversationOffered", name)


def taken(name: str) -> list[Told]:
    return [event("OfferAccepted", name), event("ConversationAssigned", name)]


@pytest.mark.parametrize(
    ("told", "units", "faults"),
    [
        ([CONFIGURED, rings("a"), *taken("a"), rings("b")], [50], 0),
        ([CONFIGURED, rings("a"), *taken("a"), rings("b")], [100], 1),
        ([CONFIGURED, rings("a"), rings("b")], [50], 1),
        ([CONFIGURED, rings("a"), event("OfferTimedOut", "a"), rings("b")], [100], 0),
        ([CONFIGURED, rings("a"), *taken("a"), CONFIGURED, rings("b")], [100, 50], 0),
        ([CONFIGURED, rings("a"), *taken("a"), CONFIGURED, rings("b")], [50, 100], 1),
        (
            [CONFIGURED, rings("a"), *taken("a"), event("ConversationClosed", "a"), rings("b")],
            [100],
            0,
        ),
    ],
)
def test_who_has_more_than_its_capacity_is_seen(
    told: list[Told], units: list[int], faults: int
) -> None:
    assert count_above_capacity(told, units) == faults


@pytest.mark.parametrize(
    ("told", "faults"),
    [
        ([rings("a"), event("ConversationReturned", "a"), rings("a")], 0),
        ([rings("a"), rings("a")], 1),
        ([rings("a"), event("ConversationReturned", "a"), rings("a"), rings("a")], 1),
    ],
)
def test_what_rings_twice_is_seen(told: list[Told], faults: int) -> None:
    assert count_rung_twice(told) == faults
