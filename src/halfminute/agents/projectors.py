"""What the realtime hub asks of agents: their present views, and who may follow their streams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from halfminute.agents.queries import find_agent, list_agent_views
from halfminute.agents.schemas import AgentView
from halfminute.identity.access import Facts, allows
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection
from halfminute.realtime.types import Audience

# The events that tell of the agent itself; in others it is named beside.
AGENT_EVENTS: Final = frozenset({"AgentPresenceChanged", "AgentConfigured"})


async def fetch_agents(
    connection: Connection, ids: Sequence[UUID], audience: Audience
) -> Mapping[UUID, AgentView]:
    """The views of those that are there, for events that name `agent_id`; none for contacts."""
    return await list_agent_views(connection, ids) if audience == "user" else {}


async def may_follow_agent(connection: Connection, principal: Principal, agent_id: UUID) -> bool:
    """Whether the principal may follow the agent's stream: its own, or by its scope.

    What concerns oneself is told on one's own stream, whatever one's grants are about.
    """
    if principal.user_id == agent_id:
        return True
    agent = await find_agent(connection, agent_id)
    team_id = None if agent is None else agent.team_id
    return allows(principal, "agent.read", Facts(agent_id=agent_id, team_id=team_id))
