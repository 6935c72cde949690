"""What files look like on the wire."""

from __future__ import annotations

from uuid import UUID

import msgspec

from halfminute.files.queries import FileRecord
from halfminute.files.types import FileState, MediaKind
from halfminute.kit.time import Moment


class UploadedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was handed in, as it is kept; `pending` while the scanner does not answer.

    Sizes in bytes and pixels. `waveform`: loudness of stretches of equal length, 0 to 100.
    """

    id: UUID
    state: FileState
    kind: MediaKind
    media_type: str
    size: int
    width: int | None
    height: int | None
    duration_seconds: int | None
    name: str
    waveform: tuple[int, ...] | None


def uploaded_file(file: FileRecord) -> UploadedFile:
    """The view of an upload."""
    return UploadedFile(
        id=file.id,
        state=file.state,
        kind=file.kind or "file",
        media_type=file.media_type,
        size=file.size or 0,
        width=file.width,
        height=file.height,
        duration_seconds=file.duration_seconds,
        name=file.name,
        waveform=tuple(file.waveform) if file.waveform else None,
    )


class FileAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the bytes can be read without signing in, below the public address, and until when."""

    url: str
    thumbnail_url: str | None
    expires_at: Moment


class FileStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How far a file is."""

    id: UUID
    state: FileState
