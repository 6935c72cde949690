"""Makes of what the log tells what the engine understands. Pure.

A fact told to several streams is taken from one of them. What the router itself has recorded
(ConversationOffered, ConversationReturned, OfferTimedOut, OfferWithdrawn) is not told to the engine
again; where its own facts and others' cannot be told apart (a presence, the end of a conversation),
hearing of them twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from halfminute.kit.event_log import Event as LogEvent
from halfminute.routing.configuration import (
    NO_QUEUE,
    SECOND_US,
    Configuration,
    agent_configured,
    conversation_found,
    queue_configured,
)
from halfminute_engine.routing import events as engine
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    Presence,
    QueueId,
)

Data = Mapping[str, Any]


def translate(event: LogEvent, configuration: Configuration) -> list[engine.Event]:
    """What the engine is to be told of it, in this order; mostly nothing.

    Raises KeyError, ValueError or TypeError for an event whose data is not as it should be.
    """
    translator = _TRANSLATORS.get((_kind(event), event.type))
    return [] if translator is None else translator(event.data, configuration)


def list_configured(events: Iterable[LogEvent]) -> tuple[set[UUID], set[UUID]]:
    """The queues and the agents whose rows must be read to translate these events."""
    queue_ids, agent_ids = set(), set()
    for event in events:
        if (_kind(event), event.type) == ("queue", "QueueConfigured"):
            queue_ids.add(UUID(event.data["queue_id"]))
        elif (_kind(event), event.type) == ("agent", "AgentConfigured"):
            agent_ids.add(UUID(event.data["agent_id"]))
    return queue_ids, agent_ids


def _kind(event: LogEvent) -> str:
    return event.stream.partition(":")[0]


def _queue_configured(data: Data, configuration: Configuration) -> list[engine.Event]:
    queue_id = UUID(data["queue_id"])
    queue = configuration.queues.get(queue_id)
    if queue is None or not queue.is_enabled:
        return [engine.QueueRemoved(QueueId(data["queue_id"]))]
    facts: list[engine.Event] = [queue_configured(queue)]
    for conversation in configuration.waiting:
        if conversation.queue_id == queue_id:
            facts += conversation_found(conversation, configuration.queues)
    return facts


def _agent_configured(data: Data, configuration: Configuration) -> list[engine.Event]:
    agent = configuration.agents.get(UUID(data["agent_id"]))
    if agent is None:
        return [engine.AgentRemoved(AgentId(data["agent_id"]))]
    return [agent_configured(agent)]


def _presence_changed(data: Data, _: Configuration) -> list[engine.Event]:
    return [engine.AgentPresenceChanged(AgentId(data["agent_id"]), Presence(data["presence"]))]


def _queued(data: Data, _: Configuration) -> list[engine.Event]:
    return [
        engine.ConversationQueued(
            conversation_id=ConversationId(data["conversation_id"]),
            queue_id=QueueId(data["queue_id"]),
            channel_kind=data["channel_kind"],
            queued_at_us=data["queued_at_us"],
            priority_credit_us=data["priority_credit_seconds"] * SECOND_US,
        )
    ]


def _assigned(data: Data, _: Configuration) -> list[engine.Event]:
    # Also after an accept: the engine may have withdrawn the offer by then, and this is how it
    # learns that the accept was granted all the same.
    return [
        engine.ConversationAssigned(
            ConversationId(data["conversation_id"]),
            AgentId(data["agent_id"]),
            data["channel_kind"],
        )
    ]


def _wrap_up_started(data: Data, _: Configuration) -> list[engine.Event]:
    return [
        engine.ConversationReleased(
            ConversationId(data["conversation_id"]),
            AgentId(data["agent_id"]),
            needs_wrap_up=True,
            queue_id=QueueId(data["queue_id"] or NO_QUEUE),
        )
    ]


def _closed(data: Data, _: Configuration) -> list[engine.Event]:
    # The event does not say where the conversation was when it ended: of these three the engine
    # ignores those that do not fit.
    conversation_id = ConversationId(data["conversation_id"])
    ends: list[engine.Event] = [engine.ConversationWithdrawn(conversation_id, "closed")]
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


def _accepted(data: Data, _: Configuration) -> list[engine.Event]:
    return [engine.OfferAccepted(OfferNumber(data["offer_number"]))]


def _declined(data: Data, _: Configuration) -> list[engine.Event]:
    return [engine.OfferDeclined(OfferNumber(data["offer_number"]))]


# By the stream the fact is taken from. An offer's answer is recorded before its assignment.
_TRANSLATORS: Final[dict[tuple[str, str], Callable[[Data, Configuration], list[engine.Event]]]] = {
    ("queue", "QueueConfigured"): _queue_configured,
    ("agent", "AgentConfigured"): _agent_configured,
    ("agent", "AgentPresenceChanged"): _presence_changed,
    ("conversation", "ConversationQueued"): _queued,
    ("conversation", "ConversationAssigned"): _assigned,
    ("conversation", "WrapUpStarted"): _wrap_up_started,
    ("conversation", "ConversationClosed"): _closed,
    ("agent", "OfferAccepted"): _accepted,
    ("agent", "OfferDeclined"): _declined,
}
