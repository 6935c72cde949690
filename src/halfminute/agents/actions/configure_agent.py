"""Makes a user an agent, or changes what an agent can do."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec

from halfminute.agents import tables
from halfminute.agents.capacity import DEFAULT_UNITS
from halfminute.agents.errors import AgentNotFound
from halfminute.agents.queries import find_agent, get_agent_view
from halfminute.agents.schemas import AgentSettings, AgentView
from halfminute.identity.access import Facts, require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit, stream_name
from halfminute.kit.ids import new_id


async def configure_agent(
    log: EventLog, principal: Principal, agent_id: UUID, settings: AgentSettings
) -> AgentView:
    """Set all of it. Raises AgentNotFound where there is no user of this id."""
    async with log.write() as unit:
        present = await find_agent(unit.connection, agent_id)
        team_id = None if present is None else present.team_id
        require(principal, "agent.configure", Facts(agent_id=agent_id, team_id=team_id))
        await _store_agent(unit, agent_id, settings)
        await _store_capacity(unit, agent_id, settings)
        await _store_skills(unit, agent_id, settings)
        unit.record("AgentConfigured", {"agent_id": str(agent_id)}, stream_name("agent", agent_id))
        details = msgspec.to_builtins(settings)
        await record_audit(unit, principal, "configure_agent", "agent", agent_id, details)
        return await get_agent_view(unit.connection, agent_id)


async def _store_agent(unit: Unit, agent_id: UUID, settings: AgentSettings) -> None:
    team_id = None
    if settings.team is not None:
        team_id = await unit.connection.fetchval(tables.ENSURE_TEAM, new_id(), settings.team)
    try:
        await unit.connection.execute(tables.UPSERT, agent_id, team_id, settings.capacity_units)
    except asyncpg.ForeignKeyViolationError as error:
        raise AgentNotFound from error


async def _store_capacity(unit: Unit, agent_id: UUID, settings: AgentSettings) -> None:
    units = DEFAULT_UNITS | settings.units_by_kind
    await unit.connection.execute(tables.DELETE_CAPACITY, agent_id)
    await unit.connection.execute(
        tables.INSERT_CAPACITY, agent_id, list(units), list(units.values())
    )


async def _store_skills(unit: Unit, agent_id: UUID, settings: AgentSettings) -> None:
    await unit.connection.execute(tables.DELETE_SKILLS, agent_id)
    if not settings.skills:
        return
    names, levels = list(settings.skills), list(settings.skills.values())
    await unit.connection.execute(tables.ENSURE_SKILLS, [new_id() for _ in names], names)
    await unit.connection.execute(tables.INSERT_SKILLS, agent_id, names, levels)
