"""An agent says whether it is there, or a supervisor says so for it."""

from __future__ import annotations

from uuid import UUID

from halfminute.agents.presence import change_presence
from halfminute.agents.queries import get_agent, get_agent_view
from halfminute.agents.schemas import AgentView
from halfminute.agents.types import Presence
from halfminute.identity.access import Facts, require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog


async def set_presence(
    log: EventLog, principal: Principal, agent_id: UUID, presence: Presence, reason: str = ""
) -> AgentView:
    """Change it; the same once more changes and tells nothing. Raises AgentNotFound.

    What somebody else changed for the agent goes to the audit.
    """
    async with log.write() as unit:
        agent = await get_agent(unit.connection, agent_id)
        require(principal, "agent.presence", Facts(agent_id=agent.id, team_id=agent.team_id))
        is_changed = await change_presence(unit, agent_id, presence, reason)
        if is_changed and principal.user_id != agent_id:
            details = {"from": agent.presence, "to": presence, "reason": reason}
            await record_audit(unit, principal, "set_presence", "agent", agent_id, details)
        return await get_agent_view(unit.connection, agent_id)
