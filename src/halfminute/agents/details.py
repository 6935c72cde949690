"""Agents as who configures them sees them, and the word by which a change is known."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from halfminute.agents import tables
from halfminute.agents.capacity import DEFAULT_CAPACITY_UNITS, DEFAULT_UNITS
from halfminute.agents.errors import AgentNotFound
from halfminute.agents.schemas import AgentDetails, AgentSettings
from halfminute.kit.database import Connection
from halfminute.kit.revision import revision_of


async def list_agent_details(connection: Connection) -> list[AgentDetails]:
    """Every agent, and every user who may become one, by name."""
    return [_details(row) for row in await connection.fetch(tables.LIST_DETAILS)]


async def get_agent_details(connection: Connection, agent_id: UUID) -> AgentDetails:
    """One of them. Raises AgentNotFound."""
    row = await connection.fetchrow(tables.GET_DETAILS, agent_id)
    if row is None:
        raise AgentNotFound
    return _details(row)


def _details(row: asyncpg.Record) -> AgentDetails:
    settings = {name: row[name] for name in AgentSettings.__struct_fields__}
    settings["capacity_units"] = row["capacity_units"] or DEFAULT_CAPACITY_UNITS
    settings["units_by_kind"] = DEFAULT_UNITS | row["units_by_kind"]
    seen = (settings, row["is_agent"], row["queue_ids"])
    return AgentDetails(
        **settings,
        id=row["id"],
        name=row["name"],
        email=row["email"],
        is_agent=row["is_agent"],
        team_id=row["team_id"],
        presence=row["presence"],
        queue_ids=row["queue_ids"],
        revision=revision_of(seen),
    )
