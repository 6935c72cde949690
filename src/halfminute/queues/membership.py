"""The one way in which it changes who serves a queue, whichever verb changes it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from halfminute.kit.event_log import Unit, stream_name
from halfminute.queues import tables
from halfminute.queues.errors import InvalidQueueAgents


async def replace_agents(unit: Unit, queue_id: UUID, agent_ids: Collection[UUID]) -> bool:
    """These agents serve the queue, whose row is locked, and nobody else; False: it was so already.

    Who is added or removed is told of it. Raises InvalidQueueAgents.
    """
    wanted = sorted(set(agent_ids))
    if await unit.connection.fetchval(tables.COUNT_AGENTS, wanted) != len(wanted):
        raise InvalidQueueAgents
    removed = await unit.connection.fetch(tables.REMOVE_AGENTS, queue_id, wanted)
    added = await unit.connection.fetch(tables.ADD_AGENTS, queue_id, wanted)
    changed = sorted(row["agent_id"] for row in [*removed, *added])
    for agent_id in changed:
        unit.record("AgentConfigured", {"agent_id": str(agent_id)}, stream_name("agent", agent_id))
    return bool(changed)
