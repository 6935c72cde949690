"""An agent takes the conversation that rings at it."""

from __future__ import annotations

from uuid import UUID

from halfminute.conversations.errors import ConversationChanged
from halfminute.conversations.queries import get_conversation_view
from halfminute.conversations.schemas import ConversationView
from halfminute.conversations.transitions import assign
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit
from halfminute.routing.answers import end_by_answer, get_answerable_offer, refuse_late
from halfminute.routing.offer_events import record_offer_end
from halfminute.routing.types import Offer


async def accept_offer(
    log: EventLog, principal: Principal, offer_id: UUID, *, epoch: int
) -> ConversationView:
    """Of all who answer this offer at once, the router among them, one wins.

    Raises OfferNotFound for what was never offered to this agent, OfferEnded when too late.
    """
    async with log.write() as unit:
        offer = await get_answerable_offer(unit, principal, offer_id, epoch=epoch)
        # The engine must hear that its offer was accepted before it hears who has the conversation.
        record_offer_end(unit, offer, "accepted", "")
        await _assign(unit, offer)
        await end_by_answer(unit, offer, "accepted", "")
        return await get_conversation_view(unit.connection, offer.conversation_id)


async def _assign(unit: Unit, offer: Offer) -> None:
    try:
        await assign(
            unit,
            offer.conversation_id,
            offer.agent_id,
            from_states=["offered"],
            by="offer",
            offer_id=offer.id,
        )
    except ConversationChanged:
        await refuse_late(unit, offer)
