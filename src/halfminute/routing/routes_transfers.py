"""The routes by which a conversation is passed on."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from halfminute.conversations.schemas_transfers import TransferView
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.routing.actions.reassign_conversation import reassign_conversation
from halfminute.routing.actions.transfer_conversation import transfer_conversation
from halfminute.routing.schemas_transfers import NewReassignment, NewTransfer, TransferTargets
from halfminute.routing.targets import get_transfer_targets

_MAY_TRANSFER = requires("conversation.transfer")


class TransferController(Controller):
    """`/api/conversations/.../transfer` and `/reassign`. Needs `log` and `principal`."""

    path = "/api/conversations"
    tags = ("routing",)

    @get("/{conversation_id:uuid}/transfer-targets", guards=[_MAY_TRANSFER])
    async def list_targets(
        self,
        conversation_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> TransferTargets:
        """Where one may pass it on to."""
        return await get_transfer_targets(log, principal, conversation_id)

    @post("/{conversation_id:uuid}/transfer", guards=[_MAY_TRANSFER], status_code=HTTP_200_OK)
    async def transfer(
        self,
        conversation_id: FromPath[UUID],
        data: JSONBody[NewTransfer],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> TransferView:
        """Pass it on. The same `client_id` again gives what it has made."""
        return await transfer_conversation(log, principal, conversation_id, data)

    @post(
        "/{conversation_id:uuid}/reassign",
        guards=[requires("conversation.reassign")],
        status_code=HTTP_200_OK,
    )
    async def reassign(
        self,
        conversation_id: FromPath[UUID],
        data: JSONBody[NewReassignment],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> TransferView:
        """Give it to an agent, who is not asked. The same `client_id` again gives what it made."""
        return await reassign_conversation(log, principal, conversation_id, data)
