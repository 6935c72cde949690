"""The words of contacts: ids and values."""

from __future__ import annotations

from typing import Literal, NewType
from uuid import UUID

ContactId = NewType("ContactId", UUID)
AddressId = NewType("AddressId", UUID)

# What makes us believe that an address is who it says: the channel's own word, a shared phone
# number, a signature of the operator's site.
Proof = Literal["none", "channel", "phone", "signed"]
