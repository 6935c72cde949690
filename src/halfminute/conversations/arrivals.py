"""What a provider told us, ready to be applied: one update with the payload it came in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from halfminute.channels.business import KnownConnection, KnownConnections
from halfminute.channels.types import ChannelAccount
from halfminute.contacts.types import AddressKey, Introduction, LinkClaim
from halfminute.conversations.storable import storable_text
from halfminute.conversations.types import MessageId
from halfminute.sdk.channel import (
    InboundDeletion,
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
    # Whose chat it is in, where that is not the account's own.
    connection: KnownConnection | None = None
    # The link of the site that it came by, if any.
    claim: LinkClaim | None = None

    @property
    def is_from_owner(self) -> bool:
        """Whether the owner of the chat's account wrote, and not the customer."""
        author = self.update.sender.author_external_id
        return self.connection is not None and author == self.connection.owner_external_id

    @property
    def deleted_keys(self) -> set[str]:
        """What the provider calls the messages that it tells are gone."""
        if not isinstance(self.update, InboundDeletion):
            return set()
        return {storable_text(external_id) for external_id in self.update.external_ids}

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
        if isinstance(self.update, InboundEdit):
            return not self.update.is_of_ours
        return isinstance(self.update, InboundMessage)

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
            business_connection_id=self.connection.id if self.connection else None,
        )


def arrival_of(
    update: InboundWord,
    account: ChannelAccount,
    raw_payload_id: UUID,
    connections: KnownConnections,
    claim: LinkClaim | None = None,
) -> Arrival:
    """The arrival of an update, its keys in words that can be stored.

    `connections` has the one that it names.
    """
    message_id = None
    if not isinstance(update, InboundReachability | InboundDeletion):
        message_id = update.external_id
    address = update.sender.external_id
    connection = None
    if update.sender.business_connection_id is not None:
        connection = connections[storable_text(update.sender.business_connection_id)]
        address = connection.name_address(address)
    return Arrival(
        update,
        account,
        raw_payload_id,
        AddressKey(account.id, storable_text(address)),
        None if message_id is None else storable_text(message_id),
        connection,
        claim,
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
    """The message, or the address itself; or all that is gone."""
    keys: set[str | None] = {arrival.message_key, *arrival.deleted_keys}
    if _rewrites(arrival):
        keys.add(_REWRITTEN)
    return keys


def _rewrites(arrival: Arrival) -> bool:
    """Whether it may change the parts of a message that we have, under whatever name."""
    is_told_anew = isinstance(arrival.update, InboundEdit | InboundDeletion)
    return is_told_anew or arrival.album_key is not None


def _speaks_of(arrival: Arrival) -> set[str | None]:
    """The message, the one it answers; and the address's reachability, which any word shows."""
    keys: set[str | None] = {arrival.message_key, None, *arrival.deleted_keys}
    if isinstance(arrival.update, InboundMessage) and arrival.update.reply_to_external_id:
        keys.add(storable_text(arrival.update.reply_to_external_id))
    if _rewrites(arrival):
        keys.add(_REWRITTEN)
    return keys


def _optional(text: str | None) -> str | None:
    return None if text is None else storable_text(text, NAME_LENGTH)
