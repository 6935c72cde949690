"""The words of contacts: ids and values."""

from __future__ import annotations

from typing import Literal, NamedTuple, NewType
from uuid import UUID

from halfminute.channels.types import BusinessConnectionId, ChannelAccountId

ContactId = NewType("ContactId", UUID)
AddressId = NewType("AddressId", UUID)

# What makes us believe that an address is who it says: the channel's own word, a shared phone
# number, a signature of the operator's site.
Proof = Literal["none", "channel", "phone", "signed"]


class AddressKey(NamedTuple):
    """How a provider names an address: unique within the channel account."""

    channel_account_id: ChannelAccountId
    external_id: str


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
