"""Removes a skill from whoever has it."""

from __future__ import annotations

from uuid import UUID

from halfminute.agents import tables
from halfminute.agents.errors import SkillNotFound
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, stream_name


async def remove_skill(log: EventLog, principal: Principal, skill_id: UUID) -> None:
    """Nobody has it any more; each who had it is told. Raises SkillNotFound."""
    require(principal, "agent.configure")
    async with log.write() as unit:
        name = await unit.connection.fetchval(tables.LOCK_SKILL, skill_id)
        if name is None:
            raise SkillNotFound
        skilled = [
            row["agent_id"] for row in await unit.connection.fetch(tables.LIST_SKILLED, skill_id)
        ]
        await unit.connection.execute(tables.DELETE_SKILL, skill_id)
        for agent_id in skilled:
            stream = stream_name("agent", agent_id)
            unit.record("AgentConfigured", {"agent_id": str(agent_id)}, stream)
        # Told where nobody looks but the router: what waits may require it.
        unit.record("SkillRemoved", {"skill_id": str(skill_id)}, stream_name("skill", skill_id))
        details = {"name": name, "agent_ids": [str(agent_id) for agent_id in skilled]}
        await record_audit(unit, principal, "remove_skill", "skill", skill_id, details)
