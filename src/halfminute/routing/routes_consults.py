"""The routes by which colleagues are asked to help, and answer."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from halfminute.conversations.schemas_consults import ConsultView
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.routing.actions.answer_consult import (
    accept_consult,
    decline_consult,
    end_consult,
)
from halfminute.routing.actions.ask_consult import ask_consult
from halfminute.routing.schemas_consults import NewConsult

_MAY_HELP = requires("conversation.reply")


class NewConsultController(Controller):
    """`/api/conversations/.../consults`. Needs `log` and `principal`."""

    path = "/api/conversations/{conversation_id:uuid}/consults"
    tags = ("routing",)

    @post("/", guards=[_MAY_HELP], status_code=HTTP_200_OK)
    async def ask(
        self,
        conversation_id: FromPath[UUID],
        data: JSONBody[NewConsult],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> ConsultView:
        """Ask a colleague to help. The same `client_id` again gives what it has made."""
        return await ask_consult(log, principal, conversation_id, data)


class ConsultController(Controller):
    """`/api/consults`. Needs `log` and `principal`."""

    path = "/api/consults"
    tags = ("routing",)

    @post("/{consult_id:uuid}/accept", guards=[_MAY_HELP], status_code=HTTP_200_OK)
    async def accept(
        self,
        consult_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> ConsultView:
        """Help; 409 when it is over."""
        return await accept_consult(log, principal, consult_id)

    @post("/{consult_id:uuid}/decline", guards=[_MAY_HELP], status_code=HTTP_200_OK)
    async def decline(
        self,
        consult_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> ConsultView:
        """Do not help."""
        return await decline_consult(log, principal, consult_id)

    @post("/{consult_id:uuid}/end", guards=[_MAY_HELP], status_code=HTTP_200_OK)
    async def end(
        self,
        consult_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> ConsultView:
        """Help no more, or take the question back."""
        return await end_consult(log, principal, consult_id)
