"""Short ways to name the queues, agents, conversations and commands of a play."""

from __future__ import annotations

from typing import Any

from halfminute_engine.routing.commands import CancelTimer, OfferConversation, StartTimer
from halfminute_engine.routing.events import (
    AgentConfigured,
    AgentPresenceChanged,
    ConversationAssigned,
    ConversationQueued,
    ConversationReleased,
    ConversationTransferred,
    OfferAccepted,
    OfferDeclined,
    QueueConfigured,
    TimerElapsed,
)
from halfminute_engine.routing.queue_rules import Overflow, OverflowKind, Ring
from halfminute_engine.routing.values import (
    NO_WRAP_UP,
    AgentId,
    Capacity,
    ConversationId,
    OfferNumber,
    Presence,
    QueueId,
    Requirement,
    TimerId,
    WrapUp,
)
from tests.halfminute_engine.routing.play import SECOND

RING_SECONDS = 20
CAPACITY = Capacity(100, (("chat", 34), ("email", 20), ("voice", 100)))
SUPPORT = QueueId("support")


def queue(
    queue_id: str = "support",
    *,
    wrap_up: WrapUp = NO_WRAP_UP,
    credit_seconds: int = 0,
    is_pull_allowed: bool = False,
    **rules: Any,
) -> QueueConfigured:
    return QueueConfigured(
        QueueId(queue_id),
        RING_SECONDS * SECOND,
        wrap_up,
        credit_seconds * SECOND,
        is_pull_allowed,
        **rules,
    )


def ring(after: float, *least_levels: tuple[str, int]) -> Ring:
    """From this second on; without levels it is a ring of any agent."""
    return Ring(round(after * SECOND), least_levels, is_any_agent=not least_levels)


def overflow(
    after: float, to: str | None = None, *, kind: OverflowKind = OverflowKind.QUEUE, **rules: Any
) -> Overflow:
    return Overflow(round(after * SECOND), kind, None if to is None else QueueId(to), **rules)


def agent(
    agent_id: str,
    *queue_ids: str,
    skills: tuple[tuple[str, int], ...] = (),
    capacity: Capacity = CAPACITY,
) -> AgentConfigured:
    members = tuple(QueueId(name) for name in queue_ids or ("support",))
    return AgentConfigured(AgentId(agent_id), members, skills, capacity)


def presence(agent_id: str, to: Presence) -> AgentPresenceChanged:
    return AgentPresenceChanged(AgentId(agent_id), to)


def available(agent_id: str) -> AgentPresenceChanged:
    return presence(agent_id, Presence.AVAILABLE)


def away(agent_id: str) -> AgentPresenceChanged:
    return presence(agent_id, Presence.AWAY)


def queued(
    conversation_id: str,
    queue_id: str = "support",
    *,
    at: float = 0,
    kind: str = "chat",
    needs: tuple[tuple[str, int], ...] = (),
    credit_seconds: int = 0,
    excluded: tuple[str, ...] = (),
    preferred: str | None = None,
    until: float | None = None,
    **wishes: Any,
) -> ConversationQueued:
    return ConversationQueued(
        ConversationId(conversation_id),
        QueueId(queue_id),
        kind,
        round(at * SECOND),
        tuple(Requirement(skill, level) for skill, level in needs),
        credit_seconds * SECOND,
        tuple(AgentId(name) for name in excluded),
        None if preferred is None else AgentId(preferred),
        None if until is None else round(until * SECOND),
        **wishes,
    )


def transferred(
    conversation_id: str,
    queue_id: str = "support",
    *,
    at: float,
    to: str | None = None,
    until: float | None = None,
    **wishes: Any,
) -> ConversationTransferred:
    return ConversationTransferred(
        ConversationId(conversation_id),
        QueueId(queue_id),
        round(at * SECOND),
        target_agent_id=None if to is None else AgentId(to),
        target_until_us=None if until is None else round(until * SECOND),
        **wishes,
    )


def assigned(conversation_id: str, agent_id: str, kind: str = "chat") -> ConversationAssigned:
    return ConversationAssigned(ConversationId(conversation_id), AgentId(agent_id), kind)


def released(
    conversation_id: str, agent_id: str, queue_id: str = "support", *, wraps_up: bool = False
) -> ConversationReleased:
    return ConversationReleased(
        ConversationId(conversation_id), AgentId(agent_id), wraps_up, QueueId(queue_id)
    )


def accepted(number: int) -> OfferAccepted:
    return OfferAccepted(OfferNumber(number))


def declined(number: int) -> OfferDeclined:
    return OfferDeclined(OfferNumber(number), "busy")


def elapsed(timer_id: str) -> TimerElapsed:
    return TimerElapsed(TimerId(timer_id))


def offers(
    number: int,
    conversation_id: str,
    agent_id: str,
    *,
    at: float,
    queue_id: str = "support",
    kind: str = "chat",
    is_callback: bool = False,
) -> OfferConversation:
    """The offer made at this second."""
    return OfferConversation(
        OfferNumber(number),
        ConversationId(conversation_id),
        AgentId(agent_id),
        QueueId(queue_id),
        kind,
        round((at + RING_SECONDS) * SECOND),
        is_callback,
    )


def starts(timer_id: str, at: float) -> StartTimer:
    """The timer that is due at this second."""
    return StartTimer(TimerId(timer_id), round(at * SECOND))


def cancels(timer_id: str) -> CancelTimer:
    return CancelTimer(TimerId(timer_id))
