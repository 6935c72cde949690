"""The routes of skills."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from halfminute.agents.actions.configure_skill import configure_skill
from halfminute.agents.actions.remove_skill import remove_skill
from halfminute.agents.schemas import SkillSettings, SkillView
from halfminute.agents.skills import list_skills
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog


class SkillController(Controller):
    """`/api/skills`. Needs `database`, `log` and `principal`."""

    path = "/api/skills"
    tags = ("agents",)

    @get("/", guards=[requires("agent.configure")])
    async def list_skills(self, database: NamedDependency[Database]) -> list[SkillView]:
        """Every skill, by name."""
        async with database.connection() as connection:
            return await list_skills(connection)

    @post("/", guards=[requires("agent.configure")])
    async def create(
        self,
        principal: NamedDependency[Principal],
        data: JSONBody[SkillSettings],
        log: NamedDependency[EventLog],
    ) -> SkillView:
        """A new skill, which nobody has yet."""
        return await configure_skill(log, principal, data)

    @put("/{skill_id:uuid}", guards=[requires("agent.configure")])
    async def configure(
        self,
        skill_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        data: JSONBody[SkillSettings],
        log: NamedDependency[EventLog],
    ) -> SkillView:
        """Another name for it; who has it keeps it."""
        return await configure_skill(log, principal, data, skill_id=skill_id)

    @delete(
        "/{skill_id:uuid}",
        guards=[requires("agent.configure")],
        status_code=HTTP_204_NO_CONTENT,
    )
    async def remove(
        self,
        skill_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> None:
        """Take it from whoever has it, for good."""
        await remove_skill(log, principal, skill_id)
