"""Who answers a message shows a line of it: what is to be told when that line is another."""

from __future__ import annotations

from uuid import UUID

from halfminute.conversations.tables import messages as tables
from halfminute.kit.event_log import Unit, stream_name


async def tell_quoting(unit: Unit, message_id: UUID, conversation_id: UUID) -> None:
    """Record QuoteChanged for each message that answers this one of `conversation_id`."""
    rows = await unit.connection.fetch(tables.LIST_QUOTING, message_id, conversation_id)
    for row in rows:
        data = {"conversation_id": str(row["conversation_id"]), "message_id": str(row["id"])}
        unit.record("QuoteChanged", data, stream_name("conversation", row["conversation_id"]))
