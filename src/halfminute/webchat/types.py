"""The words of web chat."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

import msgspec

from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.types import AddressKey

VisitorId = NewType("VisitorId", UUID)


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that chats. `id` is also what its address is called by.

    Of somebody whom the site has signed in it may be the address they have from another browser.
    """

    id: VisitorId
    channel_account_id: ChannelAccountId
    address_external_id: UUID | None = None

    @property
    def address(self) -> AddressKey:
        """Where it writes from."""
        return AddressKey(self.channel_account_id, str(self.address_external_id or self.id))


def guest_name(address: AddressKey) -> str:
    """What agents call one who says no name: told apart by the last of the address's number."""
    return f"Guest {address.external_id[-4:].upper()}"
