"""How the end of an offer is told."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.kit.event_log import Unit, stream_name
from halfminute.kit.metrics import offers_total
from halfminute.routing.tables import offers as tables
from halfminute.routing.types import Offer, OfferState

_EVENT_TYPES: Final[dict[OfferState, str]] = {
    "accepted": "OfferAccepted",
    "declined": "OfferDeclined",
    "timed_out": "OfferTimedOut",
    "withdrawn": "OfferWithdrawn",
}


def record_offer_end(unit: Unit, offer: Offer, state: OfferState, reason: str) -> None:
    """Tell the queue and the agent that the offer has ended so."""
    data = {
        "offer_id": str(offer.id),
        "offer_number": offer.number,
        "epoch": offer.epoch,
        "conversation_id": str(offer.conversation_id),
        "agent_id": str(offer.agent_id),
        "queue_id": str(offer.queue_id),
        "channel_kind": offer.channel_kind,
        "reason": reason,
    }
    streams = stream_name("queue", offer.queue_id), stream_name("agent", offer.agent_id)
    unit.record(_EVENT_TYPES[state], data, *streams)


async def withdraw_pending_offer(unit: Unit, conversation_id: UUID) -> None:
    """What rings of the conversation, which the caller has locked, rings no more."""
    row = await unit.connection.fetchrow(tables.WITHDRAW, conversation_id)
    if row is not None:
        offer = Offer(**{name: row[name] for name in Offer.__struct_fields__})
        record_offer_end(unit, offer, offer.state, offer.reason)
        offers_total.labels(end=offer.state).inc()
