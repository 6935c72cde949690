"""The contact's side confirms that our messages have arrived, or that they were read."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.contacts.types import AddressKey
from halfminute.conversations.delivery.states import EVENT_OF, TRANSITIONS, Happening
from halfminute.conversations.tables import thread as tables
from halfminute.conversations.types import Delivery
from halfminute.kit.event_log import EventLog, stream_name

_CONFIRMED: Final[dict[Happening, Delivery]] = {
    Happening.DELIVERED: "delivered",
    Happening.READ: "read",
}


async def confirm_delivery(
    log: EventLog, address: AddressKey, message_id: UUID, happening: Happening
) -> int:
    """All our messages up to this one of its conversation are confirmed; returns how many were not.

    Of other people's messages, and of those that are not sent yet, nothing is confirmed.
    """
    state = _CONFIRMED[happening]
    before = [known for known, what in TRANSITIONS if what is happening]
    async with log.write() as unit:
        rows = await unit.connection.fetch(tables.CONFIRM, *address, message_id, state, before)
        for row in sorted(rows, key=lambda row: row["id"]):
            data = {
                "conversation_id": str(row["conversation_id"]),
                "message_id": str(row["id"]),
            }
            unit.record(EVENT_OF[state], data, stream_name("conversation", row["conversation_id"]))
    return len(rows)
