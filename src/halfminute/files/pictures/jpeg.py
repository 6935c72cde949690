"""JPEG (ITU-T T.81, B.1): segments that are needed to draw stay, in their order."""

from __future__ import annotations

import re
from typing import Final

from halfminute.files.pictures.broken import Broken, Reader

_SOI: Final = b"\xff\xd8"
_EOI: Final = 0xD9
_SOS: Final = 0xDA
_COMMENT: Final = 0xFE
_APP0, _APP2, _APP14, _APP15 = 0xE0, 0xE2, 0xEE, 0xEF
# Which application segments tell how to draw, by how they begin.
_KEPT: Final = {_APP0: b"JFIF\0", _APP2: b"ICC_PROFILE\0", _APP14: b"Adobe"}
# A JFIF segment ends by a small picture, perhaps of what was cut off since: of no width and height
# (ITU-T T.871, 10.1).
_JFIF_BYTES, _ADOBE_BYTES = 12, 12
# Within a scan: a marker that is neither stuffing (FF00) nor a restart (FFD0 to FFD7).
_MARKER: Final = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")


def strip_jpeg(content: bytes) -> bytes:
    """Without Exif, XMP, IPTC, comments, previews, and what follows the end. Raises Broken."""
    reader = Reader(content)
    if reader.take(2) != _SOI:
        raise Broken
    kept = [_SOI]
    while True:
        marker = _next_marker(reader)
        if marker == _EOI:
            return b"".join([*kept, b"\xff\xd9"])
        length = reader.number(2)
        if length < 2:
            raise Broken
        body = reader.take(length - 2)
        if _is_kept(marker, body):
            body = _without_rest(marker, body)
            kept += [b"\xff", bytes([marker]), (len(body) + 2).to_bytes(2, "big"), body]
        if marker == _SOS:
            kept.append(_take_scan(reader))


def _is_kept(marker: int, body: bytes) -> bool:
    if _APP0 <= marker <= _APP15:
        return marker in _KEPT and body.startswith(_KEPT[marker])
    return marker != _COMMENT


def _without_rest(marker: int, body: bytes) -> bytes:
    if marker == _APP0:
        return body[:_JFIF_BYTES].ljust(_JFIF_BYTES, b"\0") + bytes(2)
    return body[:_ADOBE_BYTES] if marker == _APP14 else body


def _next_marker(reader: Reader) -> int:
    if reader.number(1) != 0xFF:
        raise Broken
    marker = reader.number(1)
    while marker == 0xFF:
        marker = reader.number(1)
    return marker


def _take_scan(reader: Reader) -> bytes:
    found = _MARKER.search(reader.content, reader.place)
    if found is None:
        # Browsers draw a picture that was cut short; its end is written for it.
        scan = reader.content[reader.place :].rstrip(b"\xff")
        reader.content, reader.place = b"\xff\xd9", 0
        return scan
    scan = reader.content[reader.place : found.start()]
    reader.place = found.start()
    return scan
