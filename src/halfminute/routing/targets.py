"""Where a conversation can be passed on to, and how it stands there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from halfminute.agents.queries import list_agents
from halfminute.agents.schemas import AgentView
from halfminute.conversations.access import lock_conversation, require_hold
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection
from halfminute.kit.event_log import EventLog
from halfminute.kit.time import utc_now
from halfminute.queues.calendar import is_open
from halfminute.queues.hours import map_hours
from halfminute.queues.queries import list_enabled_queue_views
from halfminute.routing.schemas_transfers import QueueTarget, TransferTargets


async def get_transfer_targets(
    log: EventLog, principal: Principal, conversation_id: UUID
) -> TransferTargets:
    """For whoever may pass it on. Raises as `transfer_conversation` does."""
    async with log.write() as unit:
        locked = await lock_conversation(unit, principal, conversation_id)
        require_hold(principal, "conversation.transfer", locked)
    async with log.database.connection() as connection:
        agents = await list_agents(connection)
        return TransferTargets(queues=await _list_queues(connection, locked.queue_id, agents))


async def _list_queues(
    connection: Connection, present_id: UUID | None, agents: Sequence[AgentView]
) -> list[QueueTarget]:
    queues = await list_enabled_queue_views(connection)
    hours = await map_hours(connection, {queue.id for queue in queues})
    now = utc_now()
    available = Counter(
        queue_id
        for agent in agents
        if agent.presence == "available"
        for queue_id in agent.queue_ids
    )
    return [
        QueueTarget(
            id=queue.id,
            name=queue.name,
            is_present=queue.id == present_id,
            is_open=queue.id not in hours or is_open(hours[queue.id].calendar, now),
            waiting_count=queue.waiting_count,
            longest_waiting_since=queue.longest_waiting_since,
            available_count=available[queue.id],
        )
        for queue in queues
    ]
