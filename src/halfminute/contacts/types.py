"""The words of contacts: ids and values."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, NamedTuple, NewType
from uuid import UUID

from halfminute.channels.types import BusinessConnectionId, ChannelAccountId

ContactId = NewType("ContactId", UUID)
AddressId = NewType("AddressId", UUID)
LinkId = NewType("LinkId", UUID)

# What makes us believe that an address is who it says: the channel's own word, a shared phone
# number, a signature of the operator's site.
Proof = Literal["none", "channel", "phone", "signed"]


# What came of pressing a contact link. `proven`: the address is that of the link's subject, or has
# joined the contact that the link is for. `disputed`: it is another subject's already. The rest
# proves nothing.
PressOutcome = Literal[
    "proven", "disputed", "used_before", "expired", "other_account", "unknown", "forged"
]


class LinkClaim(NamedTuple):
    """A link that somebody claims to have been given; genuine where our signature is right."""

    link_id: LinkId
    is_genuine: bool


# Why an erased contact cannot be reached: one of the codes of `sdk.errors.Refusal`.
ERASED: Final = "erased"


class SiteWord(NamedTuple):
    """What the organisation's site says of a customer of its own; nothing where it is None."""

    subject: str
    name: str | None
    language: str | None


class AddressKey(NamedTuple):
    """How a provider names an address: unique within the channel account."""

    channel_account_id: ChannelAccountId
    external_id: str


class ErasedAddress(NamedTuple):
    """How a provider named an address that is erased; `chat` is its name in an owner's account."""

    key: AddressKey
    chat: str | None


class Erasure(NamedTuple):
    """The forgetting of a contact: `addresses` are how providers named it, until it is done."""

    contact_id: ContactId
    requested_at: datetime
    finished_at: datetime | None
    addresses: tuple[ErasedAddress, ...]


class Introduction(NamedTuple):
    """Who a provider says is writing from an address."""

    key: AddressKey
    channel_kind: str
    name: str
    username: str | None
    language_hint: str | None
    # In whose account's chats it is, if not in our own.
    business_connection_id: BusinessConnectionId | None = None


class MetAddress(NamedTuple):
    """An address we know now, locked until the commit."""

    id: AddressId
    contact_id: ContactId
    # It had shut us out, and is heard again.
    was_unreachable: bool


class Press(NamedTuple):
    """A customer came by a link, from an address that we hold."""

    claim: LinkClaim
    channel_account_id: ChannelAccountId
    address: MetAddress


class Pressed(NamedTuple):
    """What came of it, and whose the address is now; `left` is whose it was, if another's."""

    outcome: PressOutcome
    address_id: AddressId
    contact_id: ContactId
    left: ContactId | None = None
