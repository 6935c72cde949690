"""How full an agent is, and the lock under which that changes.

The load itself is read from the conversations' rows (the view `agent_loads`), so it cannot drift.
What a verb must do is to lock the agent: then no two verbs fill the same room.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from halfminute.agents import tables
from halfminute.agents.capacity import OTHER_KIND_UNITS
from halfminute.agents.errors import AgentNotFound
from halfminute.kit.event_log import Unit


async def raise_load_version(unit: Unit, agent_id: UUID) -> int:
    """Lock the agent until the commit, and number the change of what it holds.

    To be called after the conversation's row is locked. Raises AgentNotFound.
    """
    version: int | None = await unit.connection.fetchval(tables.RAISE_LOAD_VERSION, agent_id)
    if version is None:
        raise AgentNotFound
    return version


async def lock_agents(
    unit: Unit, agent_ids: Collection[UUID], *, is_patient: bool = True
) -> set[UUID]:
    """Lock these agents until the commit, in the order of their ids; returns those it locked.

    Without patience, those that somebody else has locked are left out.
    """
    statement = tables.LOCK if is_patient else tables.LOCK_FREE
    return {row["id"] for row in await unit.connection.fetch(statement, sorted(agent_ids))}


async def has_room(unit: Unit, agent_id: UUID, channel_kind: str) -> bool:
    """Whether one more of the kind may be offered to the agent now; it must be locked.

    False when it is not available, not there, or has no room left.
    """
    return bool(
        await unit.connection.fetchval(tables.HAS_ROOM, channel_kind, OTHER_KIND_UNITS, agent_id)
    )
