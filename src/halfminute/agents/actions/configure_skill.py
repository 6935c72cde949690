"""Creates a skill, or renames it."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec

from halfminute.agents import tables
from halfminute.agents.errors import SkillNameTaken
from halfminute.agents.schemas import SkillSettings, SkillView
from halfminute.agents.skills import get_skill
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.kit.ids import new_id


async def configure_skill(
    log: EventLog, principal: Principal, settings: SkillSettings, *, skill_id: UUID | None = None
) -> SkillView:
    """Create it (`skill_id` None) or give it another name; who has it keeps it.

    Raises SkillNotFound, SkillNameTaken.
    """
    require(principal, "agent.configure")
    name = " ".join(settings.name.split())
    async with log.write() as unit:
        statement = tables.INSERT_SKILL if skill_id is None else tables.UPDATE_SKILL
        skill_id = skill_id or new_id()
        try:
            await unit.connection.execute(statement, skill_id, name)
        except asyncpg.UniqueViolationError as error:
            raise SkillNameTaken from error
        view = await get_skill(unit.connection, skill_id)
        told = msgspec.to_builtins(settings)
        await record_audit(unit, principal, "configure_skill", "skill", skill_id, told)
        return view
