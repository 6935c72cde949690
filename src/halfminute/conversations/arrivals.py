"""What a provider told us, ready to be applied: one update with the payload it came in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from halfminute.channels.types import ChannelAccount
from halfminute.contacts.types import AddressKey, Introduction
from halfminute.conversations.storable import storable_text
from halfminute.conversations.types import MessageId
from halfminute.sdk.channel import (
    InboundEdit,
    InboundMessage,
    InboundReachability,
    InboundWord,
    Sender,
)
from halfminute.sdk.model import Part

NAME_LENGTH: Final = 300
# What any word that rewrites a message speaks of and changes: two names may lead to one message.
# No message is called so, for names have no NUL.
_REWRITTEN: Final = "\0"


class Arrival(NamedTuple):
    """One update, through which account and in which payload it came."""

    update: InboundWord
    account: ChannelAccount
    raw_payload_id: UUID
    # The address it speaks of.
    address_key: AddressKey
    # What the provider calls the message it speaks of, if it speaks of one.
    message_key: str | None

    @property
    def album_key(self) -> str | None:
        """What the provider calls the album of which its message is a picture."""
        update = self.update
        if not isinstance(update, InboundMessage) or update.album_key is None:
            return None
        return storable_text(update.album_key, NAME_LENGTH) if len(update.parts) == 1 else None

    @property
    def makes_known(self) -> bool:
        """Whether its sender becomes a contact, if we do not know them."""
        return isinstance(self.update, (InboundMessage, InboundEdit))

    def date(self, update: InboundMessage | InboundEdit) -> datetime:
        """When its update was said; what the provider does not date, when it reached us.

        That is in the id of the payload (UUIDv7: RFC 9562, 5.7), also when it is translated again
        long after.
        """
        if update.sent_at is not None:
            return update.sent_at
        return datetime.fromtimestamp((self.raw_payload_id.int >> 80) / 1000, tz=UTC)

    def introduce(self) -> Introduction:
        """The sender, in words that can be stored."""
        sender: Sender = self.update.sender
        return Introduction(
            key=self.address_key,
            channel_kind=self.account.kind,
            name=storable_text(sender.name, NAME_LENGTH),
            username=_optional(sender.username),
            language_hint=_optional(sender.language_hint),
        )


def arrival_of(update: InboundWord, account: ChannelAccount, raw_payload_id: UUID) -> Arrival:
    """The arrival of an update, its keys in words that can be stored."""
    message_id = None if isinstance(update, InboundReachability) else update.external_id
    return Arrival(
        update,
        account,
        raw_payload_id,
        AddressKey(account.id, storable_text(update.sender.external_id)),
        None if message_id is None else storable_text(message_id),
    )


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A message of ours that an update speaks of."""

    id: MessageId
    conversation_id: UUID
    revision: int
    parts: tuple[Part, ...]
    edited_at: datetime | None
    # Which of its parts is meant, where it shows an album; `edited_at` is that part's then.
    position: int | None = None


def split_into_waves(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """Cut where an update speaks of something that an earlier one of its wave may have changed.

    A wave is applied as a whole, so within it nothing may depend on anything else but the order of
    an address's messages.
    """
    wave: list[Arrival] = []
    touched: set[tuple[AddressKey, str | None]] = set()
    for arrival in arrivals:
        speaks_of = {(arrival.address_key, key) for key in _speaks_of(arrival)}
        if wave and speaks_of & touched:
            yield wave
            wave, touched = [], set()
        wave.append(arrival)
        touched |= {(arrival.address_key, key) for key in _changes(arrival)}
    if wave:
        yield wave


def _changes(arrival: Arrival) -> set[str | None]:
    """The message, or the address itself."""
    keys = {arrival.message_key}
    if _rewrites(arrival):
        keys.add(_REWRITTEN)
    return keys


def _rewrites(arrival: Arrival) -> bool:
    """Whether it may change the parts of a message that we have, under whatever name."""
    return isinstance(arrival.update, InboundEdit) or arrival.album_key is not None


def _speaks_of(arrival: Arrival) -> set[str | None]:
    """The message, the one it answers; and the address's reachability, which any word shows."""
    keys: set[str | None] = {arrival.message_key, None}
    if isinstance(arrival.update, InboundMessage) and arrival.update.reply_to_external_id:
        keys.add(storable_text(arrival.update.reply_to_external_id))
    if _rewrites(arrival):
        keys.add(_REWRITTEN)
    return keys


def _optional(text: str | None) -> str | None:
    return None if text is None else storable_text(text, NAME_LENGTH)
