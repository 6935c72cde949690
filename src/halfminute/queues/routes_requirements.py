"""The route of what conversations from a channel account require."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from halfminute.identity.access import require
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.queues.actions.set_account_requirements import set_account_requirements
from halfminute.queues.requirements import get_account_requirements
from halfminute.queues.schemas import AccountRequirements, AccountRequirementsChange


class AccountRequirementsController(Controller):
    """`/api/channel-accounts/{account_id}/requirements`. Needs `database`, `log`, `principal`."""

    path = "/api/channel-accounts/{account_id:uuid}/requirements"
    tags = ("queues",)

    @get("/", guards=[requires("channel.read")])
    async def show(
        self,
        account_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> AccountRequirements:
        """The least proficiency by skill; nothing where any agent will do."""
        require(principal, "channel.read")
        async with database.connection() as connection:
            return await get_account_requirements(connection, account_id)

    @put("/", guards=[requires("channel.configure")])
    async def configure(
        self,
        account_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        data: JSONBody[AccountRequirementsChange],
        log: NamedDependency[EventLog],
    ) -> AccountRequirements:
        """Set all of it, for conversations that come to wait from now on.

        With a `revision`, only as long as it is still the present one.
        """
        return await set_account_requirements(
            log, principal, account_id, data.requirements, revision=data.revision
        )
