"""Reads of skills."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from halfminute.agents import tables
from halfminute.agents.errors import SkillNotFound
from halfminute.agents.schemas import SkillView
from halfminute.agents.types import SkillReserve
from halfminute.kit.database import Connection


async def list_skills(connection: Connection) -> list[SkillView]:
    """Every skill, by name."""
    return [SkillView(**dict(row)) for row in await connection.fetch(tables.LIST_SKILLS)]


async def get_skill(connection: Connection, skill_id: UUID) -> SkillView:
    """One skill. Raises SkillNotFound."""
    row = await connection.fetchrow(tables.GET_SKILL, skill_id)
    if row is None:
        raise SkillNotFound
    return SkillView(**dict(row))


async def list_reserves(
    connection: Connection, skill_ids: Collection[UUID] | None = None
) -> list[SkillReserve]:
    """The reserves of these skills, also where none is kept (None: all that are kept), by id."""
    if skill_ids is None:
        rows = await connection.fetch(tables.LIST_RESERVES)
    else:
        rows = await connection.fetch(tables.LIST_RESERVES_OF, list(skill_ids))
    return [SkillReserve(**dict(row)) for row in rows]
