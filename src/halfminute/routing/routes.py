"""The routes by which an agent answers an offer, or takes what waits."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from halfminute.conversations.schemas import ConversationView
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.routing.actions.accept_offer import accept_offer
from halfminute.routing.actions.decline_offer import decline_offer
from halfminute.routing.actions.pull_conversation import pull_conversation
from halfminute.routing.schemas import OfferAnswer, OfferRefusal

_MAY_TAKE = requires("conversation.pull")


class OfferController(Controller):
    """`/api/offers`. Needs `log` and `principal`."""

    path = "/api/offers"
    tags = ("routing",)

    @post("/{offer_id:uuid}/accept", guards=[_MAY_TAKE], status_code=HTTP_200_OK)
    async def accept(
        self,
        offer_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        data: JSONBody[OfferAnswer],
        log: NamedDependency[EventLog],
    ) -> ConversationView:
        """Take the conversation; 409 when the offer has ended."""
        return await accept_offer(log, principal, offer_id, epoch=data.epoch)

    @post("/{offer_id:uuid}/decline", guards=[_MAY_TAKE], status_code=HTTP_204_NO_CONTENT)
    async def decline(
        self,
        offer_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        data: JSONBody[OfferRefusal],
        log: NamedDependency[EventLog],
    ) -> None:
        """Leave it to somebody else; it keeps its place."""
        await decline_offer(log, principal, offer_id, epoch=data.epoch, reason=data.reason)


class PullController(Controller):
    """`/api/conversations/.../pull`. Needs `log` and `principal`."""

    path = "/api/conversations"
    tags = ("routing",)

    @post("/{conversation_id:uuid}/pull", guards=[_MAY_TAKE], status_code=HTTP_200_OK)
    async def pull(
        self,
        conversation_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> ConversationView:
        """Take a conversation that waits in a queue one serves."""
        return await pull_conversation(log, principal, conversation_id)
