"""What a file is, told by its bytes: names and headers of strangers are not believed."""

from __future__ import annotations

from typing import Final

import puremagic

from halfminute.files.boxed.kinds import BOXED, told_by_its_brands
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
# What we cannot show, but clean of what it tells without reading it.
UNLOADED: Final = BOXED | {"image/tiff"}
# What may tell where it was taken, and that nobody but its own programs takes out.
TELLING: Final = frozenset(
    {"image/jxl", "image/jp2", "image/vnd.adobe.photoshop", "image/x-canon-cr3"}
    | {"image/x-olympus-orf", "image/x-panasonic-rw2", "image/x-fuji-raf"}
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


# What begins so is read as that, whatever else may follow: a picture is cleaned even when it is
# something else as well.
_BEGINNINGS: Final = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"II+\0": "image/tiff",
    b"MM\0+": "image/tiff",
    b"\0\0\0\x0cjP  ": "image/jp2",
    b"\xff\x4f\xff\x51": "image/jp2",
    b"\0\0\0\x0cJXL ": "image/jxl",
    b"\xff\x0a": "image/jxl",
    b"8BPS": "image/vnd.adobe.photoshop",
    b"IIRO": "image/x-olympus-orf",
    b"IIRS": "image/x-olympus-orf",
    b"MMOR": "image/x-olympus-orf",
    b"IIU\0": "image/x-panasonic-rw2",
    b"FUJIFILMCCD-RAW": "image/x-fuji-raf",
    b"%PDF-": "application/pdf",
}
_ZIP: Final = b"PK\x03\x04"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
# By the names of what is in them, of which one is near the front (ECMA-376, OpenDocument 1.3).
_PACKED: Final = {
    b"word/": f"{_OFFICE}wordprocessingml.document",
    b"xl/": f"{_OFFICE}spreadsheetml.sheet",
    b"ppt/": f"{_OFFICE}presentationml.presentation",
    b"mimetypeapplication/epub+zip": "application/epub+zip",
    b"mimetypeapplication/vnd.oasis.opendocument.text": "application/vnd.oasis.opendocument.text",
    b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet": (
        "application/vnd.oasis.opendocument.spreadsheet"
    ),
}


def media_type_of(content: bytes) -> str:
    """The media type of a file's content; `application/octet-stream` when its bytes say nothing."""
    return _told_by_its_beginning(content[:HEAD_BYTES]) or _guess(content[:HEAD_BYTES])


def _told_by_its_beginning(head: bytes) -> str | None:
    if head.startswith(_ZIP):
        is_office = b"[Content_Types].xml" in head or b"mimetype" in head[:64]
        names = _PACKED.items() if is_office else ()
        return next((told for name, told in names if name in head), "application/zip")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return told_by_its_brands(head) or _film_of(head)
    return next((told for magic, told in _BEGINNINGS.items() if head.startswith(magic)), None)


def _film_of(head: bytes) -> str:
    guessed = _guess(head)
    return guessed if guessed in BOXED else "video/mp4"


def _guess(head: bytes) -> str:
    if not head:
        return UNKNOWN
    try:
        matches = puremagic.magic_string(head)
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
