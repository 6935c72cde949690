"""What stickers look like on the wire, and what their routes take."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment
from halfminute.sdk.model import FileState, StickerFormat
from halfminute.stickers.types import StickerId, StickerSetId, StickerSetState


class StickerView(msgspec.Struct, frozen=True, kw_only=True):
    """A sticker to choose. While its file is not `ready`, the thumbnail or the emoji stands for it.

    `thumbnail_file_id` is missing where there is no still picture that can be shown.
    """

    id: StickerId
    format: StickerFormat
    emojis: tuple[str, ...]
    width: int | None
    height: int | None
    file_id: UUID
    file_state: FileState
    thumbnail_file_id: UUID | None


class StickerSetView(msgspec.Struct, frozen=True, kw_only=True):
    """A set as its provider last listed it.

    `reason`: why it could not be listed since, in the provider's words; empty if it could.
    """

    id: StickerSetId
    name: str
    title: str
    state: StickerSetState
    refreshed_at: Moment
    reason: str
    stickers: list[StickerView]


class OfferedStickerSet(msgspec.Struct, frozen=True, kw_only=True):
    """A set as strangers see it, who may choose from it: nothing of its provider."""

    id: StickerSetId
    title: str
    stickers: list[StickerView]


class NewStickerSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A set by its name, or by a link to it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=300, pattern=STORABLE)]
