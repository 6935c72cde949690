"""What a file is, told by its bytes: names and headers of strangers are not believed."""

from __future__ import annotations

from typing import Final

import puremagic

from halfminute.files.types import MediaKind

UNKNOWN: Final = "application/octet-stream"
HEAD_BYTES: Final = 8192

# What puremagic calls otherwise than the registry of media types does.
_NAMES: Final = {
    "application/ogg": "audio/ogg",
    "application/x-gzip": "application/gzip",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/mp3": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/x-flac": "audio/flac",
    "video/x-m4v": "video/mp4",
}

# Pictures that we can read, clean and show.
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SOUNDS: Final = frozenset(
    {"audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "audio/aac", "audio/flac", "audio/webm"}
    | {"audio/amr"}
)
FILMS: Final = frozenset(
    {"video/mp4", "video/webm", "video/ogg", "video/quicktime", "video/3gpp", "video/x-matroska"}
    | {"video/x-msvideo", "video/avi", "video/mpeg"}
)
# What a browser may show in our own origin's frame. Anything that can carry a script
# (HTML, SVG, PDF, XML) is only ever downloaded.
_SHOWN: Final = PICTURES | SOUNDS | FILMS
# What some program might run or draw when it is told that it is this.
_ACTIVE: Final = (
    "text/",
    "html",
    "xml",
    "svg",
    "script",
    "mhtml",
    "multipart",
    "message/",
    "flash",
)


def media_type_of(content: bytes) -> str:
    """The media type of a file's content; `application/octet-stream` when its bytes say nothing."""
    if not content:
        return UNKNOWN
    try:
        matches = puremagic.magic_string(content[:HEAD_BYTES])
    except Exception:  # noqa: BLE001  # a stranger's bytes may break it in any way
        return UNKNOWN
    named = (match.mime_type for match in matches if match.mime_type)
    best = next(named, UNKNOWN).lower()
    return _NAMES.get(best, best)


def is_shown_inline(media_type: str) -> bool:
    """Whether a browser may show it; everything else is an attachment."""
    return media_type in _SHOWN


def served_type_of(media_type: str) -> str:
    """The type that a browser is told: what could run is only bytes to it."""
    is_active = any(word in media_type for word in _ACTIVE)
    return UNKNOWN if is_active or not media_type.isascii() else media_type


def kind_of(media_type: str) -> MediaKind:
    """How a file of this type is shown."""
    if media_type in PICTURES:
        return "image"
    if media_type in FILMS:
        return "video"
    return "audio" if media_type in SOUNDS else "file"
