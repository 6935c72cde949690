"""The words of files: ids, states and values."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, NewType
from uuid import UUID

from halfminute.sdk.model import FileState

__all__ = ["SIZE_LIMIT", "ExpectedFile", "FileId", "FileState", "StoredFile"]

FileId = NewType("FileId", UUID)

# The largest file we keep, in bytes.
SIZE_LIMIT: Final = 20 * 1024 * 1024


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
