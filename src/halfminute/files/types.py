"""The words of files: ids, states and values."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple, NewType
from uuid import UUID

import msgspec

from halfminute.sdk.model import FileState, MediaKind

__all__ = [
    "SIZE_LIMIT",
    "WAVEFORM_LENGTH",
    "ExpectedFile",
    "FileId",
    "FileState",
    "MediaKind",
    "ShownFile",
    "StoredFile",
    "Variant",
]

FileId = NewType("FileId", UUID)

# The largest file we fetch, in bytes.
SIZE_LIMIT: Final = 20 * 1024 * 1024

# Values of a waveform, 0 to 100 each.
WAVEFORM_LENGTH: Final = 64

# What of a file is served.
Variant = Literal["file", "thumbnail"]


class ExpectedFile(NamedTuple):
    """A file that a message shows and that is still at the provider.

    `source` is the provider's own reference. `size`, `name` and `media_type` are what was said of
    it; none of them is believed.
    """

    id: FileId
    channel_account_id: UUID
    source: dict[str, Any]
    state: FileState
    media_type: str
    size: int | None
    name: str
    message_id: UUID
    conversation_id: UUID


class StoredFile(NamedTuple):
    """A file that is ours. `media_type` is told by its content."""

    storage_key: str
    sha256: bytes
    size: int
    media_type: str


class ShownFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a screen is told of a file. Sizes in bytes and pixels; None where it is not known."""

    id: FileId
    state: FileState
    media_type: str
    size: int | None
    width: int | None
    height: int | None
    duration_seconds: int | None
    has_thumbnail: bool
    waveform: bytes | None
