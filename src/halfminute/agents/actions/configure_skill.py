"""Creates a skill, or says anew what it is."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from halfminute.agents import tables
from halfminute.agents.errors import SkillLanguageTaken, SkillNameTaken
from halfminute.agents.schemas import SkillSettings, SkillView
from halfminute.agents.skills import get_skill
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, stream_name
from halfminute.kit.ids import new_id

# The unique key that says that two skills are one language.
_LANGUAGES: Final = "skills_language_key"


async def configure_skill(
    log: EventLog, principal: Principal, settings: SkillSettings, *, skill_id: UUID | None = None
) -> SkillView:
    """Create it (`skill_id` None) or change what is configured of it; who has it keeps it.

    Raises SkillNotFound, SkillNameTaken, SkillLanguageTaken.
    """
    require(principal, "agent.configure")
    name = " ".join(settings.name.split())
    async with log.write() as unit:
        statement = tables.INSERT_SKILL if skill_id is None else tables.UPDATE_SKILL
        skill_id = skill_id or new_id()
        try:
            await unit.connection.execute(
                statement,
                skill_id,
                name,
                settings.language,
                settings.idle_reserve,
                settings.reserve_wait_seconds,
            )
        except asyncpg.UniqueViolationError as error:
            is_language = error.constraint_name == _LANGUAGES
            raise (SkillLanguageTaken if is_language else SkillNameTaken) from error
        view = await get_skill(unit.connection, skill_id)
        unit.record("SkillConfigured", {"skill_id": str(skill_id)}, stream_name("skill", skill_id))
        told = msgspec.to_builtins(settings)
        await record_audit(unit, principal, "configure_skill", "skill", skill_id, told)
        return view
