"""Pictures made of arithmetic, so that no binary file lies in the tree."""

from __future__ import annotations

import struct
import zlib


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width: int, height: int, rows: list[bytes], colour_type: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    body = zlib.compress(b"".join(b"\x00" + row for row in rows))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", body)
        + _chunk(b"IEND", b"")
    )


def make_photo(width: int = 640, height: int = 420, shade: int = 0) -> bytes:
    """A landscape: a sky, a hill and a mast. A higher `shade` (0 to 4) is later in the day."""
    rows = []
    for y in range(height):
        row = bytearray()
        for x in range(width):
            hill = height * 0.62 + 40 * ((x / width) - 0.5) ** 2 * 8
            is_mast = abs(x - width * 0.68) < 3 + y * 0.02 and height * 0.21 < y < hill
            if is_mast:
                row += bytes((70, 60, 62))
            elif y > hill:
                row += bytes((58 + y // 9, 96 + y // 7, 70))
            else:
                row += bytes((250 - y // 4 - 40 * shade, 190 + y // 9 - 30 * shade, 150 + y // 6))
        rows.append(bytes(row))
    return _png(width, height, rows, 2)


def make_sticker(size: int = 160) -> bytes:
    """A round smiling face on a transparent ground."""
    rows = []
    for y in range(size):
        row = bytearray()
        for x in range(size):
            dx, dy = x - size / 2, y - size / 2
            distance = (dx * dx + dy * dy) ** 0.5
            is_eye = abs(abs(dx) - size * 0.16) < 9 and abs(dy + size * 0.12) < 13
            is_smile = abs(distance - size * 0.3) < 6 and dy > size * 0.08
            if distance > size * 0.47:
                row += bytes((0, 0, 0, 0))
            elif is_eye or is_smile:
                row += bytes((60, 44, 8, 255))
            else:
                row += bytes((255, 214, 74, 255))
        rows.append(bytes(row))
    return _png(size, size, rows, 6)
