"""What a file is, told by its bytes: names and headers of strangers are not believed."""

from __future__ import annotations

from typing import Final

import puremagic

UNKNOWN: Final = "application/octet-stream"
_HEAD_BYTES: Final = 8192

# What puremagic calls otherwise than the registry of media types does.
_NAMES: Final = {
    "application/ogg": "audio/ogg",
    "application/x-gzip": "application/gzip",
    "audio/x-wav": "audio/wav",
    "audio/mp3": "audio/mpeg",
    "video/x-m4v": "video/mp4",
}

# What a browser may show in our own origin's frame. Anything that can carry a script
# (HTML, SVG, PDF, XML) is only ever downloaded.
_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def media_type_of(content: bytes) -> str:
    """The media type of a file's content; `application/octet-stream` when its bytes say nothing."""
    if not content:
        return UNKNOWN
    try:
        matches = puremagic.magic_string(content[:_HEAD_BYTES])
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    named = (match.mime_type for match in matches if match.mime_type)
    best = next(named, UNKNOWN).lower()
    return _NAMES.get(best, best)


def is_shown_inline(media_type: str) -> bool:
    """Whether a browser may show it; everything else is an attachment."""
    return media_type in _SHOWN or media_type.startswith(("video/", "audio/"))
