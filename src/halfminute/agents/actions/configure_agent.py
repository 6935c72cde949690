"""Makes a user an agent, or changes what an agent can do."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import asyncpg
import msgspec

from halfminute.agents import tables
from halfminute.agents.capacity import DEFAULT_UNITS, OTHER_KIND_UNITS
from halfminute.agents.details import get_agent_details
from halfminute.agents.errors import (
    AgentChanged,
    AgentNotFound,
    InvalidAgentCapacity,
    InvalidAgentQueues,
)
from halfminute.agents.load import lock_agents
from halfminute.agents.queries import find_agent
from halfminute.agents.schemas import AgentDetails, AgentSettings
from halfminute.identity.access import Facts, require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit, stream_name
from halfminute.kit.ids import new_id


async def configure_agent(
    log: EventLog,
    principal: Principal,
    agent_id: UUID,
    settings: AgentSettings,
    *,
    queue_ids: Collection[UUID] | None = None,
    revision: str | None = None,
) -> AgentDetails:
    """Set all of it. Raises AgentNotFound where there is no user of this id.

    `queue_ids` are all that it serves, None leaves them; each that comes or goes must be the
    caller's to configure. With the `revision` of what was read it is changed only as long as it is
    still so. Raises AgentChanged, InvalidAgentQueues, InvalidAgentCapacity.
    """
    _require_no_circle(settings)
    async with log.write() as unit:
        await lock_agents(unit, [agent_id])
        present = await find_agent(unit.connection, agent_id)
        team_id = None if present is None else present.team_id
        require(principal, "agent.configure", Facts(agent_id=agent_id, team_id=team_id))
        await _expect(unit, agent_id, revision)
        await _store_agent(unit, agent_id, settings)
        await _store_capacity(unit, agent_id, settings)
        await _store_skills(unit, agent_id, settings)
        told = msgspec.to_builtins(settings)
        if queue_ids is not None:
            await _store_queues(unit, principal, agent_id, sorted(set(queue_ids)))
            told["queue_ids"] = sorted(str(queue_id) for queue_id in set(queue_ids))
        unit.record("AgentConfigured", {"agent_id": str(agent_id)}, stream_name("agent", agent_id))
        await record_audit(unit, principal, "configure_agent", "agent", agent_id, told)
        return await get_agent_details(unit.connection, agent_id)


async def _expect(unit: Unit, agent_id: UUID, revision: str | None) -> None:
    if revision is None:
        return
    if (await get_agent_details(unit.connection, agent_id)).revision != revision:
        raise AgentChanged


async def _store_agent(unit: Unit, agent_id: UUID, settings: AgentSettings) -> None:
    team_id = None
    if settings.team is not None:
        team_id = await unit.connection.fetchval(tables.ENSURE_TEAM, new_id(), settings.team)
    try:
        await unit.connection.execute(tables.UPSERT, agent_id, team_id, settings.capacity_units)
    except asyncpg.ForeignKeyViolationError as error:
        raise AgentNotFound from error


async def _store_capacity(unit: Unit, agent_id: UUID, settings: AgentSettings) -> None:
    limits, interrupts = settings.limits, settings.interrupts
    units = dict.fromkeys([*limits, *interrupts], OTHER_KIND_UNITS)
    units |= DEFAULT_UNITS | settings.units_by_kind
    await unit.connection.execute(tables.DELETE_CAPACITY, agent_id)
    rows = [
        {
            "channel_kind": kind,
            "units": taken,
            "greatest_count": limits.get(kind),
            "interrupts": sorted(set(interrupts.get(kind, []))),
        }
        for kind, taken in units.items()
    ]
    await unit.connection.execute(tables.INSERT_CAPACITY, agent_id, rows)


def _require_no_circle(settings: AgentSettings) -> None:
    """Nothing interrupts its own kind: the first would have to end for the second to begin."""
    problems = {
        f"interrupts.{kind}": "itself"
        for kind, interrupted in settings.interrupts.items()
        if kind in interrupted
    }
    if problems:
        raise InvalidAgentCapacity(problems=problems)


async def _store_skills(unit: Unit, agent_id: UUID, settings: AgentSettings) -> None:
    await unit.connection.execute(tables.DELETE_SKILLS, agent_id)
    if not settings.skills:
        return
    names, levels = list(settings.skills), list(settings.skills.values())
    await unit.connection.execute(tables.ENSURE_SKILLS, [new_id() for _ in names], names)
    await unit.connection.execute(tables.INSERT_SKILLS, agent_id, names, levels)


async def _store_queues(
    unit: Unit, principal: Principal, agent_id: UUID, queue_ids: list[UUID]
) -> None:
    left = await unit.connection.fetch(tables.LEAVE_QUEUES, agent_id, queue_ids)
    try:
        joined = await unit.connection.fetch(tables.JOIN_QUEUES, agent_id, queue_ids)
    except asyncpg.ForeignKeyViolationError as error:
        raise InvalidAgentQueues from error
    for row in [*left, *joined]:
        require(principal, "queue.configure", Facts(queue_id=row["queue_id"]))
