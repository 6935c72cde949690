"""Keeps what customers say of a message of ours that is still being sent, until the sending ends.

A customer's screen may have our message, and the provider may tell us of their reaction, before
the answer to our own call has told us what the provider calls it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from halfminute.contacts.types import AddressId, AddressKey, ContactId, MetAddress
from halfminute.conversations.arrivals import Arrival
from halfminute.conversations.deletions import apply_early_deletions
from halfminute.conversations.reactions import Reacted, set_reactions
from halfminute.conversations.storable import storable_text
from halfminute.conversations.tables import early as tables
from halfminute.conversations.types import ConversationId, MessageId
from halfminute.kit.event_log import Unit, stream_name
from halfminute.sdk.channel import InboundMessage, InboundReaction


class EarlyWord(NamedTuple):
    """A reaction to a message that we do not know, or an answer to one."""

    address_id: UUID
    external_id: str
    answer_external_id: str | None
    emojis: tuple[str, ...]
    at: datetime


def early_words_of(
    arrivals: Sequence[Arrival],
    met: Mapping[AddressKey, MetAddress],
    known: Collection[tuple[AddressKey, str | None]],
) -> list[EarlyWord]:
    """Those that speak of a message which is not `known`."""
    return [
        word
        for arrival in arrivals
        if (address := met.get(arrival.address_key)) is not None
        and (word := _word_of(arrival, address)) is not None
        and (arrival.address_key, word.external_id) not in known
    ]


async def wait_for_endings(unit: Unit, words: Sequence[EarlyWord]) -> None:
    """Until no ending is being committed for their addresses; look for the messages again then.

    An ending that is committed later will look for the words.
    """
    address_ids = sorted({word.address_id for word in words})
    await unit.connection.execute(tables.LOCK_EARLY, address_ids)
    await unit.connection.execute(tables.MARK_SENDINGS, address_ids)


async def keep_early_words(unit: Unit, words: Sequence[EarlyWord]) -> None:
    """Store them, after `wait_for_endings`. They are forgotten when nothing comes of them."""
    if words:
        columns = (list(column) for column in zip(*words, strict=True))
        await unit.connection.execute(tables.KEEP_EARLY, *columns)


async def wait_for_early_words(unit: Unit, address_id: AddressId) -> None:
    """Until none is being kept for the address; for an ending whose row they could not mark."""
    await unit.connection.execute(tables.LOCK_EARLY, [address_id])


async def apply_early_words(
    unit: Unit,
    message_id: MessageId,
    conversation_id: ConversationId,
    address_id: AddressId,
    external_id: str,
) -> None:
    """Apply what was said of our message, now that we know what the provider calls it."""
    rows = await unit.connection.fetch(tables.TAKE_EARLY, address_id, external_id)
    answers = []
    for row in rows:
        if row["answer_external_id"] is None:
            reacted = Reacted(ContactId(row["contact_id"]), row["emojis"], row["at"])
            await set_reactions(unit, message_id, conversation_id, reacted)
        else:
            answers.append(row["answer_external_id"])
    await apply_early_deletions(unit, [(address_id, external_id)])
    if answers:
        await _link(unit, address_id, answers, message_id)


async def _link(
    unit: Unit, address_id: AddressId, answers: list[str], message_id: MessageId
) -> None:
    for row in await unit.connection.fetch(tables.LINK_ANSWERS, address_id, answers, message_id):
        data = {"conversation_id": str(row["conversation_id"]), "message_id": str(row["id"])}
        unit.record("ReplyLinked", data, stream_name("conversation", row["conversation_id"]))


def _word_of(arrival: Arrival, address: MetAddress) -> EarlyWord | None:
    update = arrival.update
    match update:
        case InboundReaction():
            emojis = tuple(storable_text(emoji) for emoji in update.emojis)
            key = storable_text(update.external_id)
            return EarlyWord(address.id, key, None, emojis, update.at)
        case InboundMessage(reply_to_external_id=str() as replied):
            said_at = arrival.date(update)
            return EarlyWord(address.id, storable_text(replied), arrival.message_key, (), said_at)
        case _:
            return None
