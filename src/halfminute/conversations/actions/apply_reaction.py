"""Applies a customer's reactions to a message, theirs or ours."""

from __future__ import annotations

from typing import Final

from halfminute.contacts.types import MetAddress
from halfminute.conversations.arrivals import Target
from halfminute.conversations.storable import storable_text
from halfminute.conversations.tables import intake as tables
from halfminute.kit.event_log import Unit, stream_name
from halfminute.sdk.channel import InboundReaction

_EMOJI_LENGTH: Final = 64


async def apply_reaction(
    unit: Unit, address: MetAddress, update: InboundReaction, target: Target
) -> None:
    """The set that the provider tells stands, unless a later one is known."""
    emojis = [storable_text(emoji, _EMOJI_LENGTH) for emoji in update.emojis]
    await unit.connection.execute(tables.REACT, target.id, address.contact_id, emojis, update.at)
    data = {"conversation_id": str(target.conversation_id), "message_id": str(target.id)}
    unit.record("ReactionChanged", data, stream_name("conversation", target.conversation_id))
