"""The one way in which a presence changes, whoever changes it."""

from __future__ import annotations

from uuid import UUID

from halfminute.agents import tables
from halfminute.agents.types import Presence
from halfminute.kit.event_log import Unit, stream_name


async def change_presence(
    unit: Unit,
    agent_id: UUID,
    presence: Presence,
    reason: str,
    *,
    only_from: Presence | None = None,
) -> bool:
    """Change it and tell it; False when it was so already, or was not `only_from`."""
    changed = await unit.connection.fetchval(
        tables.CHANGE_PRESENCE, agent_id, presence, reason, only_from
    )
    if changed is not None:
        record_presence(unit, agent_id, presence)
    return changed is not None


def record_presence(unit: Unit, agent_id: UUID, presence: Presence) -> None:
    """Tell the presence that the agent's row has by now."""
    unit.record(
        "AgentPresenceChanged",
        {"agent_id": str(agent_id), "presence": presence},
        stream_name("agent", agent_id),
    )
