"""The routes of agents: their presence, and what they can do."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.actions.set_presence import set_presence
from halfminute.agents.details import list_agent_details
from halfminute.agents.queries import list_agents
from halfminute.agents.schemas import AgentChange, AgentDetails, AgentView, PresenceChange
from halfminute.identity.access import Facts, allows
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.errors import NotSignedIn
from halfminute.kit.event_log import EventLog


def _may_see(principal: Principal, view: AgentView) -> bool:
    return allows(principal, "agent.read", Facts(agent_id=view.id, team_id=view.team_id))


def _may_configure(principal: Principal, agent: AgentDetails) -> bool:
    return allows(principal, "agent.configure", Facts(agent_id=agent.id, team_id=agent.team_id))


class PresenceController(Controller):
    """`/api/presence`: one's own. Needs `log` and `principal`."""

    path = "/api/presence"
    tags = ("agents",)

    @put("/", guards=[requires("agent.presence")])
    async def set_presence(
        self,
        principal: NamedDependency[Principal],
        data: JSONBody[PresenceChange],
        log: NamedDependency[EventLog],
    ) -> AgentView:
        """Take offers, or say why not."""
        if principal.user_id is None:
            raise NotSignedIn
        return await set_presence(log, principal, principal.user_id, data.presence, data.reason)


class AgentController(Controller):
    """`/api/agents`. Needs `database`, `log` and `principal`."""

    path = "/api/agents"
    tags = ("agents",)

    @get("/", guards=[requires("agent.read")])
    async def list_agents(
        self, principal: NamedDependency[Principal], database: NamedDependency[Database]
    ) -> list[AgentView]:
        """The agents in the caller's scope."""
        async with database.connection() as connection:
            return [view for view in await list_agents(connection) if _may_see(principal, view)]

    @get("/details", guards=[requires("agent.configure")])
    async def list_details(
        self, principal: NamedDependency[Principal], database: NamedDependency[Database]
    ) -> list[AgentDetails]:
        """The agents that the caller may configure, and users who can be made agents, by name."""
        async with database.connection() as connection:
            details = await list_agent_details(connection)
        return [each for each in details if _may_configure(principal, each)]

    @put("/{agent_id:uuid}", guards=[requires("agent.configure")])
    async def configure(
        self,
        agent_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        data: JSONBody[AgentChange],
        log: NamedDependency[EventLog],
    ) -> AgentDetails:
        """Make a user an agent, or set all that one can do, as long as it is what was seen."""
        return await configure_agent(
            log,
            principal,
            agent_id,
            data.settings,
            queue_ids=data.queue_ids,
            revision=data.revision,
        )
