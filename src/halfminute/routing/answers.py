"""What accepting and declining have in common: whose offer it is, and that it ends once."""

from __future__ import annotations

from typing import NoReturn
from uuid import UUID

from halfminute.identity.access import Facts, require
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import Unit
from halfminute.kit.metrics import offers_total
from halfminute.routing.errors import OfferEnded, OfferNotFound
from halfminute.routing.queries import get_offer
from halfminute.routing.tables import offers as tables
from halfminute.routing.types import Offer, OfferState


async def get_answerable_offer(
    unit: Unit, principal: Principal, offer_id: UUID, *, epoch: int
) -> Offer:
    """The offer, if it still rings at the one who asks. Raises OfferNotFound, OfferEnded."""
    offer = await get_offer(unit.connection, offer_id)
    if principal.user_id != offer.agent_id:
        raise OfferNotFound
    require(principal, "conversation.reply", Facts(agent_id=offer.agent_id))
    if offer.state != "pending" or offer.epoch != epoch:
        raise OfferEnded(state=offer.state)
    return offer


async def end_by_answer(unit: Unit, offer: Offer, state: OfferState, reason: str) -> None:
    """The compare-and-set by which one answer wins. Raises OfferEnded.

    Called when the conversation's row is locked.
    """
    ended = await unit.connection.fetchval(
        tables.ANSWER, offer.id, state, reason, offer.agent_id, offer.epoch
    )
    if ended is None:
        await refuse_late(unit, offer)
    offers_total.labels(end=state).inc()


async def refuse_late(unit: Unit, offer: Offer) -> NoReturn:
    """Raises OfferEnded with how it ended."""
    raise OfferEnded(state=(await get_offer(unit.connection, offer.id)).state)
