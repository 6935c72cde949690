"""The words of stickers: ids and values."""

from __future__ import annotations

from typing import Literal, NewType
from uuid import UUID

import msgspec

from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.registry import ChannelRegistry
from halfminute.files.store import FileStore
from halfminute.kit.event_log import EventLog

StickerSetId = NewType("StickerSetId", UUID)
StickerId = NewType("StickerId", UUID)

# `vanished`: the provider has the set no longer.
StickerSetState = Literal["listed", "vanished"]


class StickerParts(msgspec.Struct, frozen=True):
    """What the verbs on sets of stickers work with."""

    log: EventLog
    registry: ChannelRegistry
    book: AccountBook
    clients: ClientPool
    files: FileStore
