"""Makes of what the log tells what the engine understands. Pure.

A fact told to several streams is taken from one of them. What the router itself has recorded
(ConversationOffered, ConversationReturned, OfferTimedOut, OfferWithdrawn) is not told to the engine
again; where its own facts and others' cannot be told apart, hearing of them twice changes nothing.

The log's order is that in which transactions began to write, and that is not always the order in
which they changed a row: who began earlier may have waited for who began later. So a fact says
that something has changed, and the row, read after it, says what it is now. Whatever the order,
the fact that is read last is read with the row as all of them have left it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple
from uuid import UUID

from halfminute.kit.event_log import Event as LogEvent
from halfminute.routing.present import (
    NO_QUEUE,
    SECOND_US,
    Named,
    Present,
    Standing,
    agent_configured,
    consult_started,
    conversation_assigned,
    conversation_found,
    conversation_queued,
    conversation_transferred,
    entered_at_us,
    fell_silent,
    origins_of,
    preferred_agent,
    preferred_until_us,
    presence_found,
    queue_configured,
    requirements_of,
    skill_configured,
    skill_forgotten,
    wrap_up_extended,
    wrap_up_started,
)
from halfminute_engine.routing import events as engine
from halfminute_engine.routing.values import AgentId, ConversationId, OfferNumber, QueueId

Data = Mapping[str, Any]
Facts = list[engine.Event]

# In the order of `Named`.
_KEYS: Final = ("queue_id", "agent_id", "conversation_id", "skill_id")

# What is raised for data that is not as it should be; `UUID(7)` raises the last.
UNREADABLE: Final = (KeyError, TypeError, ValueError, AttributeError)


def translate(event: LogEvent, present: Present) -> Facts:
    """What the engine is to be told of it, in this order; mostly nothing.

    Raises one of `UNREADABLE` for an event whose data is not as it should be.
    """
    translation = _find(event)
    return [] if translation is None else translation.tell(event.data, present)


def list_named(events: Iterable[LogEvent]) -> Named:
    """What must be read to translate these events."""
    named: dict[str, set[UUID]] = {key: set() for key in _KEYS}
    for event in events:
        translation = _find(event)
        if translation is not None and translation.key is not None:
            # What cannot be read is found out, and told, when it is translated.
            with suppress(*UNREADABLE):
                named[translation.key].add(UUID(event.data[translation.key]))
    return Named(*named.values())


class _Translation(NamedTuple):
    """How an event is told, and by which of its ids the row is found that it speaks of."""

    tell: Callable[[Data, Present], Facts]
    key: str | None


def _find(event: LogEvent) -> _Translation | None:
    return _TRANSLATIONS.get((event.stream.partition(":")[0], event.type))


def _queue_configured(data: Data, present: Present) -> Facts:
    queue_id = UUID(data["queue_id"])
    queue = present.queues.get(queue_id)
    if queue is None or not queue.is_enabled:
        return [engine.QueueRemoved(QueueId(data["queue_id"]))]
    facts: Facts = [queue_configured(queue)]
    facts += [conversation_queued(item) for item in present.waiting if item.queue_id == queue_id]
    return facts


def _agent_configured(data: Data, present: Present) -> Facts:
    agent = present.agents.get(UUID(data["agent_id"]))
    if agent is None:
        return [engine.AgentRemoved(AgentId(data["agent_id"]))]
    return [agent_configured(agent)]


def _presence_changed(data: Data, present: Present) -> Facts:
    agent = present.agents.get(UUID(data["agent_id"]))
    return [] if agent is None else [presence_found(agent)]


def _queued(data: Data, present: Present) -> Facts:
    standing = _standing(data, present)
    if standing is None or not standing.is_waiting:
        return []  # somebody has taken it or it has ended: that fact is read before or after
    return [
        engine.ConversationQueued(
            conversation_id=ConversationId(data["conversation_id"]),
            queue_id=QueueId(data["queue_id"]),
            channel_kind=data["channel_kind"],
            queued_at_us=data["queued_at_us"],
            priority_credit_us=data["priority_credit_seconds"] * SECOND_US,
            requirements=requirements_of(standing),
            entered_at_us=entered_at_us(standing),
            origin_queue_ids=origins_of(standing),
            is_callback=standing.is_callback,
            preferred_agent_id=preferred_agent(standing),
            preferred_until_us=preferred_until_us(standing),
        )
    ]


def _assigned(data: Data, present: Present) -> Facts:
    # Also after an accept: the engine may have withdrawn the offer by then, and this is how it
    # learns that the accept was granted all the same.
    standing = _standing(data, present)
    if standing is None or standing.is_waiting:
        return _ends(data) + _begin_again(standing)
    return [conversation_assigned(standing)]


def _fell_silent(data: Data, present: Present) -> Facts:
    standing = _standing(data, present)
    if standing is None or standing.state != "active" or not standing.is_silent:
        return []  # it has ended, or somebody has spoken: that fact is read before or after
    return [fell_silent(standing)]


def _silence_ended(data: Data, present: Present) -> Facts:
    standing = _standing(data, present)
    if standing is None or standing.state != "active":
        return []
    conversation_id = ConversationId(data["conversation_id"])
    return [engine.MessageExchanged(conversation_id, is_by_agent=data["is_by_agent"])]


def _wrap_up_started(data: Data, present: Present) -> Facts:
    standing = _standing(data, present)
    if standing is None or standing.is_waiting:
        return _ends(data) + _begin_again(standing)
    if standing.state == "wrap_up":
        return [wrap_up_started(standing)]
    return [conversation_assigned(standing)]


def _wrap_up_extended(data: Data, present: Present) -> Facts:
    standing = _standing(data, present)
    is_extended = standing is not None and standing.state == "wrap_up" and standing.is_extended
    return [wrap_up_extended(standing)] if standing is not None and is_extended else []


def _closed(data: Data, present: Present) -> Facts:
    return _ends(data) + _begin_again(_standing(data, present))


def _transferred(data: Data, present: Present) -> Facts:
    standing = _standing(data, present)
    if standing is None:
        return _ends(data)
    if not standing.is_waiting:
        return []  # somebody has taken it: that fact is read before or after
    # Whoever had it is told first, also to an engine that had not heard of it: it frees the agent,
    # and keeps the conversation from that agent for a while.
    held: Facts = []
    if data["agent_id"] is not None:
        conversation_id, agent_id = (
            ConversationId(data["conversation_id"]),
            AgentId(data["agent_id"]),
        )
        held = [engine.ConversationAssigned(conversation_id, agent_id, data["channel_kind"])]
    return [*held, conversation_transferred(standing), conversation_queued(standing)]


def _consulted(data: Data, present: Present) -> Facts:
    standing, helper_id = _standing(data, present), UUID(data["agent_id"])
    if standing is not None and helper_id in standing.helper_ids:
        return [consult_started(standing, helper_id)]
    conversation_id = ConversationId(data["conversation_id"])
    return [engine.ConsultEnded(conversation_id, AgentId(data["agent_id"]))]


def _standing(data: Data, present: Present) -> Standing | None:
    return present.conversations.get(UUID(data["conversation_id"]))


def _ends(data: Data) -> Facts:
    # Wherever the engine has it, it leaves: of these three those that do not fit are ignored.
    conversation_id = ConversationId(data["conversation_id"])
    ends: Facts = [engine.ConversationWithdrawn(conversation_id, "closed")]
    if data["agent_id"] is not None:
        agent_id = AgentId(data["agent_id"])
        queue_id = QueueId(data["queue_id"] or NO_QUEUE)
        ends += [
            engine.ConversationReleased(
                conversation_id, agent_id, needs_wrap_up=False, queue_id=queue_id
            ),
            engine.WrapUpFinished(conversation_id, agent_id),
        ]
    return ends


def _begin_again(standing: Standing | None) -> Facts:
    return [] if standing is None else conversation_found(standing)


def _skill_configured(data: Data, present: Present) -> Facts:
    reserve = present.reserves.get(UUID(data["skill_id"]))
    facts: Facts = [] if reserve is None else [skill_configured(reserve)]
    # It may have become a language, or have ceased to be one, and rings lower languages.
    return facts + [queue_configured(queue) for queue in present.lowering if queue.is_enabled]


def _skill_removed(data: Data, present: Present) -> Facts:
    facts: Facts = [skill_forgotten(data["skill_id"])]
    # In its old place, by its old key, but in another line.
    for standing in present.requiring:
        conversation_id = ConversationId(str(standing.id))
        facts += [engine.ConversationWithdrawn(conversation_id, "skill_removed")]
        facts += [conversation_queued(standing)]
    return facts


def _accepted(data: Data, _: Present) -> Facts:
    return [engine.OfferAccepted(OfferNumber(data["offer_number"]))]


def _declined(data: Data, _: Present) -> Facts:
    return [engine.OfferDeclined(OfferNumber(data["offer_number"]))]


# By the stream the fact is taken from. An offer's answer is recorded before its assignment.
_TRANSLATIONS: Final[Mapping[tuple[str, str], _Translation]] = {
    ("queue", "QueueConfigured"): _Translation(_queue_configured, "queue_id"),
    ("agent", "AgentConfigured"): _Translation(_agent_configured, "agent_id"),
    ("agent", "AgentPresenceChanged"): _Translation(_presence_changed, "agent_id"),
    ("conversation", "ConversationQueued"): _Translation(_queued, "conversation_id"),
    ("conversation", "ConversationTransferred"): _Translation(_transferred, "conversation_id"),
    ("conversation", "ConversationAssigned"): _Translation(_assigned, "conversation_id"),
    ("conversation", "ConversationFellSilent"): _Translation(_fell_silent, "conversation_id"),
    ("conversation", "SilenceEnded"): _Translation(_silence_ended, "conversation_id"),
    ("conversation", "WrapUpStarted"): _Translation(_wrap_up_started, "conversation_id"),
    ("conversation", "WrapUpExtended"): _Translation(_wrap_up_extended, "conversation_id"),
    ("conversation", "ConversationClosed"): _Translation(_closed, "conversation_id"),
    ("conversation", "ConsultStarted"): _Translation(_consulted, "conversation_id"),
    ("conversation", "ConsultEnded"): _Translation(_consulted, "conversation_id"),
    ("skill", "SkillConfigured"): _Translation(_skill_configured, "skill_id"),
    ("skill", "SkillRemoved"): _Translation(_skill_removed, "skill_id"),
    ("agent", "OfferAccepted"): _Translation(_accepted, None),
    ("agent", "OfferDeclined"): _Translation(_declined, None),
}

# What a router must be woken for; the rest of the log it reads in passing.
EVENT_TYPES: Final = frozenset(event_type for _, event_type in _TRANSLATIONS)
# These change what agents hold. Nobody's first word waits for them, and they often come in pairs.
LEISURELY_TYPES: Final = frozenset(
    {
        "OfferAccepted",
        "ConversationAssigned",
        "ConversationFellSilent",
        "WrapUpStarted",
        "ConversationClosed",
    }
)
