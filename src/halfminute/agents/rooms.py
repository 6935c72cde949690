"""Who could take one more conversation of a kind, whoever is there."""

from __future__ import annotations

from uuid import UUID

import msgspec

from halfminute.agents import tables
from halfminute.agents.capacity import OTHER_KIND_UNITS
from halfminute.agents.errors import AgentNotFound
from halfminute.agents.types import AgentId, Presence
from halfminute.kit.database import Connection


class AgentRoom(msgspec.Struct, frozen=True, kw_only=True):
    """An agent, and its room for one more of a channel kind.

    `takes_kind`: it is given such conversations at all. `has_room`: one more fits beside what it
    has.
    """

    id: AgentId
    name: str
    team_id: UUID | None
    presence: Presence
    presence_reason: str
    queue_ids: list[UUID]
    takes_kind: bool
    has_room: bool


async def list_agent_rooms(connection: Connection, channel_kind: str) -> list[AgentRoom]:
    """Every agent who can sign in, by name."""
    rows = await connection.fetch(tables.LIST_ROOMS, channel_kind, OTHER_KIND_UNITS, None)
    return [AgentRoom(**dict(row)) for row in rows]


async def get_agent_room(connection: Connection, agent_id: UUID, channel_kind: str) -> AgentRoom:
    """One of them. Raises AgentNotFound."""
    row = await connection.fetchrow(tables.LIST_ROOMS, channel_kind, OTHER_KIND_UNITS, agent_id)
    if row is None:
        raise AgentNotFound
    return AgentRoom(**dict(row))
