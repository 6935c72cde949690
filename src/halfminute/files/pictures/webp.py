"""WebP (RFC 9649): chunks that are needed to draw stay, in their order."""

from __future__ import annotations

from typing import Final

from halfminute.files.pictures.broken import Broken, Reader

_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
# Flags of VP8X that announce Exif and XMP (RFC 9649, 2.7).
_ANNOUNCES: Final = 0x08 | 0x04


def strip_webp(content: bytes) -> bytes:
    """Without Exif, XMP, chunks that nobody knows, and what follows the end. Raises Broken."""
    reader = Reader(content)
    if reader.take(4) != b"RIFF":
        raise Broken
    end = 8 + reader.number(4, is_little=True)
    if reader.take(4) != b"WEBP" or end > len(content) + 1:
        raise Broken
    kept: list[bytes] = []
    while reader.place + 8 <= min(end, len(content)):
        name = reader.take(4)
        length = reader.number(4, is_little=True)
        body = reader.take(length)
        if length % 2 and reader.place < len(content):
            reader.take(1)
        if name in _KEPT:
            kept.append(_chunk(name, body))
    if not kept:
        raise Broken
    whole = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


def _chunk(name: bytes, body: bytes) -> bytes:
    if name == b"VP8X":
        if len(body) != 10:
            raise Broken
        body = bytes([body[0] & ~_ANNOUNCES]) + body[1:]
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
