"""Applies that a customer shut us out, or let us in again."""

from __future__ import annotations

from uuid import UUID

from halfminute.contacts.actions.set_reachability import set_reachability
from halfminute.contacts.types import AddressId, MetAddress
from halfminute.conversations.storable import storable_text
from halfminute.conversations.tables import intake as tables
from halfminute.kit.event_log import Unit, stream_name
from halfminute.sdk.channel import InboundReachability


async def apply_reachability(unit: Unit, address: MetAddress, update: InboundReachability) -> None:
    """Note it on the address, and tell it where the agent looks: on its latest conversation.

    Updates of different kinds may overtake each other: who has written since has not shut us out.
    """
    latest = await unit.connection.fetchrow(tables.LATEST, address.id, update.at)
    if latest is not None and latest["has_written_since"] and not update.is_reachable:
        return
    has_changed = await set_reachability(
        unit,
        address.id,
        is_reachable=update.is_reachable,
        reason="" if update.is_reachable else storable_text(update.reason),
    )
    is_heard_again = address.was_unreachable and update.is_reachable
    if latest is not None and (has_changed or is_heard_again):
        tell_reachability(unit, latest["id"], address.id, is_reachable=update.is_reachable)


def tell_reachability(
    unit: Unit, conversation_id: UUID, address_id: AddressId, *, is_reachable: bool
) -> None:
    """Record the fact on a conversation's stream."""
    data = {
        "conversation_id": str(conversation_id),
        "address_id": str(address_id),
        "is_reachable": is_reachable,
    }
    unit.record("AddressReachabilityChanged", data, stream_name("conversation", conversation_id))
