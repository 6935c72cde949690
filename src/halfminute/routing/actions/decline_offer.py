"""An agent does not take the conversation that rings at it."""

from __future__ import annotations

from uuid import UUID

from halfminute.conversations.transitions import return_to_queue
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.routing.answers import end_by_answer, get_answerable_offer
from halfminute.routing.offer_events import record_offer_end


async def decline_offer(
    log: EventLog, principal: Principal, offer_id: UUID, *, epoch: int, reason: str = ""
) -> None:
    """The conversation goes back to its place at once, and asks others.

    Raises OfferNotFound, OfferEnded.
    """
    async with log.write() as unit:
        offer = await get_answerable_offer(unit, principal, offer_id, epoch=epoch)
        await return_to_queue(
            unit,
            offer.conversation_id,
            offer_id=offer.id,
            agent_id=offer.agent_id,
            reason="declined",
        )
        await end_by_answer(unit, offer, "declined", reason)
        record_offer_end(unit, offer, "declined", reason)
