"""The route by which the desk asks why a conversation waits."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.routing.explanations import get_explanation
from halfminute.routing.follower import RouterFollower
from halfminute.routing.schemas_explanation import ExplanationView


class ExplanationController(Controller):
    """`/api/conversations/.../explanation`. Needs `database`, `follower` and `principal`."""

    path = "/api/conversations"
    tags = ("routing",)

    @get("/{conversation_id:uuid}/explanation", guards=[requires("conversation.read")])
    async def explain(
        self,
        conversation_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        follower: NamedDependency[RouterFollower],
    ) -> ExplanationView:
        """Why it waits: its ring, when the next comes, who could take it, and why others cannot."""
        return await get_explanation(database, follower, principal, conversation_id)
