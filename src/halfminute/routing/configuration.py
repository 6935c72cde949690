"""Queues, agents and conversations, as their rows stand, told in the engine's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from halfminute.agents.queries import list_abilities
from halfminute.agents.types import AgentAbilities
from halfminute.conversations.queries import list_routable
from halfminute.conversations.schemas import RoutableConversation
from halfminute.kit.database import Connection
from halfminute.kit.time import to_us
from halfminute.queues.queries import list_queues
from halfminute.queues.types import Queue
from halfminute_engine.routing import events as engine
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    Presence,
    QueueId,
    WrapUp,
    WrapUpKind,
)

SECOND_US: Final = 1_000_000


NO_QUEUE: Final = QueueId("")


class Configuration(NamedTuple):
    """The present rows of the queues and agents that some events name.

    `waiting`: what waits in these queues, for a queue that was switched off comes back with it.
    """

    queues: Mapping[UUID, Queue]
    agents: Mapping[UUID, AgentAbilities]
    waiting: Sequence[RoutableConversation]


NOTHING_CONFIGURED: Final = Configuration({}, {}, ())


async def read_configuration(
    connection: Connection, queue_ids: set[UUID], agent_ids: set[UUID]
) -> Configuration:
    """The rows of these."""
    queues = await list_queues(connection, sorted(queue_ids)) if queue_ids else []
    agents = await list_abilities(connection, sorted(agent_ids)) if agent_ids else []
    routable = await list_routable(connection) if queue_ids else []
    return Configuration(
        {queue.id: queue for queue in queues},
        {agent.agent_id: agent for agent in agents},
        [item for item in routable if item.state == "queued" and item.queue_id in queue_ids],
    )


def queue_configured(queue: Queue) -> engine.QueueConfigured:
    """What the engine is told of a queue that is switched on.

    Its priority credit is not among it: each conversation brings the credit it was queued with.
    """
    return engine.QueueConfigured(
        queue_id=QueueId(str(queue.id)),
        offer_timeout_us=queue.offer_timeout_seconds * SECOND_US,
        wrap_up=_wrap_up(queue),
        is_pull_allowed=queue.is_pull_allowed,
    )


def agent_configured(agent: AgentAbilities) -> engine.AgentConfigured:
    """What the engine is told of an agent."""
    return engine.AgentConfigured(
        agent_id=AgentId(str(agent.agent_id)),
        queue_ids=tuple(QueueId(str(queue_id)) for queue_id in agent.queue_ids),
        skills=agent.skills,
        capacity=Capacity(agent.capacity_units, agent.units_by_kind),
    )


def presence_found(agent: AgentAbilities) -> engine.AgentPresenceChanged:
    """What the engine is told of an agent's presence."""
    return engine.AgentPresenceChanged(AgentId(str(agent.agent_id)), Presence(agent.presence))


def conversation_found(
    conversation: RoutableConversation, queues: Mapping[UUID, Queue]
) -> list[engine.Event]:
    """What brings the engine to where the conversation's row is. `queues` has its queue."""
    conversation_id = ConversationId(str(conversation.id))
    queue = queues.get(conversation.queue_id) if conversation.queue_id else None
    queue_id = NO_QUEUE if queue is None else QueueId(str(queue.id))
    if conversation.agent_id is None or conversation.state in ("queued", "offered"):
        credit_seconds = 0 if queue is None else queue.priority_credit_seconds
        return [
            engine.ConversationQueued(
                conversation_id=conversation_id,
                queue_id=queue_id,
                channel_kind=conversation.channel_kind,
                queued_at_us=to_us(conversation.queued_at) if conversation.queued_at else 0,
                priority_credit_us=credit_seconds * SECOND_US,
            )
        ]
    agent_id = AgentId(str(conversation.agent_id))
    facts: list[engine.Event] = [
        engine.ConversationAssigned(conversation_id, agent_id, conversation.channel_kind)
    ]
    if conversation.state == "wrap_up":
        facts.append(
            engine.ConversationReleased(
                conversation_id, agent_id, needs_wrap_up=True, queue_id=queue_id
            )
        )
    return facts


def _wrap_up(queue: Queue) -> WrapUp:
    if queue.wrap_up == "open":
        return WrapUp(WrapUpKind.OPEN)
    # Whether there is a wrap-up at all is said by the conversation's row. One that was begun under
    # older settings must still end, so it ends at once, by a timer, and not without a command.
    seconds = queue.wrap_up_seconds if queue.wrap_up == "fixed" else 0
    return WrapUp(WrapUpKind.FIXED, max(1, seconds * SECOND_US))
