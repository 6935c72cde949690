"""Applies a customer's reactions to a message, theirs or ours."""

from __future__ import annotations

from halfminute.contacts.types import MetAddress
from halfminute.conversations.arrivals import Target
from halfminute.conversations.reactions import Reacted, set_reactions
from halfminute.kit.event_log import Unit
from halfminute.sdk.channel import InboundReaction


async def apply_reaction(
    unit: Unit, address: MetAddress, update: InboundReaction, target: Target
) -> None:
    """The set that the provider tells stands, unless a later one is known."""
    reacted = Reacted(address.contact_id, update.emojis, update.at)
    await set_reactions(unit, target.id, target.conversation_id, reacted)
