"""What the places in a queue look like on the wire."""

from __future__ import annotations

from uuid import UUID

import msgspec

from halfminute.kit.time import Moment
from halfminute.realtime.waits import WaitPlace


class WaitingPlace(WaitPlace, frozen=True, kw_only=True):
    """Where one conversation stands."""

    conversation_id: UUID


class ExpectedWaits(msgspec.Struct, frozen=True, kw_only=True):
    """Of a queue as it was at `as_of`: those who have waited longest, as far as they are known."""

    as_of: Moment
    items: list[WaitingPlace]
