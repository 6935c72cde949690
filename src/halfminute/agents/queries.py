"""Reads of agents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg

from halfminute.agents import tables
from halfminute.agents.errors import AgentNotFound
from halfminute.agents.schemas import AgentView
from halfminute.agents.types import Agent, AgentAbilities, AgentId
from halfminute.kit.database import Connection


async def get_agent(connection: Connection, agent_id: UUID) -> Agent:
    """The agent's row. Raises AgentNotFound."""
    agent = await find_agent(connection, agent_id)
    if agent is None:
        raise AgentNotFound
    return agent


async def find_agent(connection: Connection, agent_id: UUID) -> Agent | None:
    """The agent's row, None for a user who is no agent."""
    row = await connection.fetchrow(tables.GET, agent_id)
    return None if row is None else Agent(**dict(row))


async def list_agents(connection: Connection) -> list[AgentView]:
    """Every agent's view, by name."""
    return [_view(row) for row in await connection.fetch(tables.LIST_VIEWS)]


async def list_agent_views(
    connection: Connection, agent_ids: Collection[UUID]
) -> dict[UUID, AgentView]:
    """The views of these agents; who is no agent is left out."""
    rows = await connection.fetch(tables.LIST_VIEWS_OF, list(agent_ids))
    return {row["id"]: _view(row) for row in rows}


async def get_agent_view(connection: Connection, agent_id: UUID) -> AgentView:
    """One agent's view. Raises AgentNotFound."""
    views = await list_agent_views(connection, [agent_id])
    if agent_id not in views:
        raise AgentNotFound
    return views[agent_id]


async def list_abilities(
    connection: Connection, agent_ids: Sequence[UUID] | None = None
) -> list[AgentAbilities]:
    """What these agents can be given (None: every agent), in the order of their ids."""
    if agent_ids is None:
        rows = await connection.fetch(tables.LIST_ABILITIES)
    else:
        rows = await connection.fetch(tables.LIST_ABILITIES_OF, list(agent_ids))
    return [_abilities(row) for row in rows]


async def is_queue_attended(connection: Connection, queue_id: UUID) -> bool:
    """Whether one who serves the queue is at work: who is busy takes nothing now, but is there."""
    return bool(await connection.fetchval(tables.IS_QUEUE_ATTENDED, queue_id))


def _view(row: asyncpg.Record) -> AgentView:
    return AgentView(**dict(row))


def _abilities(row: asyncpg.Record) -> AgentAbilities:
    return AgentAbilities(
        agent_id=AgentId(row["id"]),
        queue_ids=tuple(row["queue_ids"]),
        skills=tuple((name, proficiency) for name, proficiency in row["skills"]),
        capacity_units=row["capacity_units"],
        units_by_kind=tuple((kind, units) for kind, units in row["units_by_kind"]),
        presence=row["presence"],
        presence_reason=row["presence_reason"],
        interrupts=tuple((kind, tuple(interrupted)) for kind, interrupted in row["interrupts"]),
        limits=tuple((kind, count) for kind, count in row["limits"]),
    )
