"""The words of web chat."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

import msgspec

from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.types import AddressKey

VisitorId = NewType("VisitorId", UUID)


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that chats. `id` is also what its address is called by."""

    id: VisitorId
    channel_account_id: ChannelAccountId

    @property
    def address(self) -> AddressKey:
        """Where it writes from."""
        return AddressKey(self.channel_account_id, str(self.id))
