"""PNG (W3C PNG, third edition): chunks that are needed to draw stay, in their order."""

from __future__ import annotations

from typing import Final

from halfminute.files.pictures.broken import Broken, Reader

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP"}
    | {b"sBIT", b"pHYs", b"bKGD", b"acTL", b"fcTL", b"fdAT"}
)


def strip_png(content: bytes) -> bytes:
    """Without text, times, Exif, and what follows IEND. Raises Broken."""
    reader = Reader(content)
    if reader.take(8) != _SIGNATURE:
        raise Broken
    kept = [_SIGNATURE]
    while True:
        length = reader.number(4)
        name = reader.take(4)
        body = reader.take(length + 4)
        if name in _KEPT:
            kept += [length.to_bytes(4, "big"), name, body]
        if name == b"IEND":
            return b"".join(kept)
