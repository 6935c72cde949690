"""Says who serves a queue."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from halfminute.identity.access import Facts, require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.queues import tables
from halfminute.queues.errors import QueueNotFound
from halfminute.queues.membership import replace_agents


async def set_queue_agents(
    log: EventLog, principal: Principal, queue_id: UUID, agent_ids: Collection[UUID]
) -> None:
    """These agents serve the queue, and nobody else. Who is added or removed is told of it.

    Raises QueueNotFound, InvalidQueueAgents.
    """
    require(principal, "queue.configure", Facts(queue_id=queue_id))
    async with log.write() as unit:
        if await unit.connection.fetchval(tables.LOCK, queue_id) is None:
            raise QueueNotFound
        if await replace_agents(unit, queue_id, agent_ids):
            details = {"agent_ids": sorted(str(agent_id) for agent_id in set(agent_ids))}
            await record_audit(unit, principal, "set_queue_agents", "queue", queue_id, details)
