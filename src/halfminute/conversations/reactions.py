"""Sets a customer's reactions to a message, and tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from halfminute.contacts.types import ContactId
from halfminute.conversations.storable import storable_text
from halfminute.conversations.tables import intake as tables
from halfminute.conversations.types import MessageId
from halfminute.kit.event_log import Unit, stream_name

_EMOJI_LENGTH: Final = 64


class Reacted(NamedTuple):
    """A contact's whole set of reactions, as it was `at` that moment."""

    contact_id: ContactId
    emojis: Sequence[str]
    at: datetime


async def set_reactions(
    unit: Unit, message_id: MessageId, conversation_id: UUID, reacted: Reacted
) -> None:
    """The set stands, unless a later one is known."""
    emojis = [storable_text(emoji, _EMOJI_LENGTH) for emoji in reacted.emojis]
    await unit.connection.execute(tables.REACT, message_id, reacted.contact_id, emojis, reacted.at)
    data = {"conversation_id": str(conversation_id), "message_id": str(message_id)}
    unit.record("ReactionChanged", data, stream_name("conversation", conversation_id))
