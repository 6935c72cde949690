"""Says who serves a queue."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from halfminute.identity.access import Facts, require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit, stream_name
from halfminute.queues import tables
from halfminute.queues.errors import InvalidQueueAgents, QueueNotFound


async def set_queue_agents(
    log: EventLog, principal: Principal, queue_id: UUID, agent_ids: Collection[UUID]
) -> None:
    """These agents serve the queue, and nobody else. Who is added or removed is told of it.

    Raises QueueNotFound, InvalidQueueAgents.
    """
    require(principal, "queue.configure", Facts(queue_id=queue_id))
    wanted = sorted(set(agent_ids))
    async with log.write() as unit:
        if await unit.connection.fetchval(tables.LOCK, queue_id) is None:
            raise QueueNotFound
        if await unit.connection.fetchval(tables.COUNT_AGENTS, wanted) != len(wanted):
            raise InvalidQueueAgents
        changed = await _replace(unit, queue_id, wanted)
        if not changed:
            return
        for agent_id in changed:
            unit.record(
                "AgentConfigured", {"agent_id": str(agent_id)}, stream_name("agent", agent_id)
            )
        details = {"agent_ids": [str(agent_id) for agent_id in wanted]}
        await record_audit(unit, principal, "set_queue_agents", "queue", queue_id, details)


async def _replace(unit: Unit, queue_id: UUID, wanted: list[UUID]) -> list[UUID]:
    removed = await unit.connection.fetch(tables.REMOVE_AGENTS, queue_id, wanted)
    added = await unit.connection.fetch(tables.ADD_AGENTS, queue_id, wanted)
    return sorted(row["agent_id"] for row in [*removed, *added])
