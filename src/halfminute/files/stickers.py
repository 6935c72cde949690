"""Looks into what is packed, within bounds: a moving sticker is gzipped Lottie.

A few kilobytes can unpack to gigabytes. Who only keeps them need not care, but whoever shows the
sticker unpacks it.
"""

from __future__ import annotations

import zlib
from typing import Final

from halfminute.files.errors import UnsafeFile

# What a channel's word for it is until its bytes are here (`conversations.media`).
MOVING_STICKER: Final = "image/tgs"
# What the desk unpacks at most; Telegram's own bound is 64 KB packed (core.telegram.org/stickers).
UNPACKED_LIMIT: Final = 2 * 1024 * 1024
_PACKED_LIMIT: Final = 64 * 1024
_PIECE_BYTES: Final = 64 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS


def check_moving_sticker(content: bytes) -> None:
    """Raises UnsafeFile for what is no gzipped JSON object of a sound size."""
    if len(content) > _PACKED_LIMIT:
        raise UnsafeFile(reason="unpacks_to_too_much")
    unpacker = zlib.decompressobj(_GZIP)
    unpacked = bytearray()
    rest = content
    try:
        while rest and not unpacker.eof:
            unpacked += unpacker.decompress(rest, _PIECE_BYTES)
            rest = unpacker.unconsumed_tail
            if len(unpacked) > UNPACKED_LIMIT:
                raise UnsafeFile(reason="unpacks_to_too_much")
    except zlib.error:
        raise UnsafeFile(reason="unreadable") from None
    if not unpacker.eof or not unpacked.lstrip().startswith(b"{"):
        raise UnsafeFile(reason="unreadable")


def is_moving_sticker(head: bytes) -> bool:
    """Whether gzipped bytes begin like a sticker, of which only the very first are unpacked."""
    try:
        start = zlib.decompressobj(_GZIP).decompress(head, 256)
    except zlib.error:
        return False
    return start.lstrip().startswith(b"{") and b'"tgs"' in start
