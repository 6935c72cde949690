"""GIF (GIF89a specification): blocks that are needed to draw stay, in their order."""

from __future__ import annotations

from typing import Final

from halfminute.files.pictures.broken import Broken, Reader

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
# How often an animation runs.
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def strip_gif(content: bytes) -> bytes:
    """Without comments, texts, other programs' data, and what follows the trailer.

    Raises Broken.
    """
    reader = Reader(content)
    if reader.take(6) not in (b"GIF87a", b"GIF89a"):
        raise Broken
    reader.take(7)
    _take_colours(reader, content[10])
    kept = [content[: reader.place]]
    while True:
        start = reader.place
        introducer = reader.number(1)
        if introducer == _TRAILER:
            return b"".join([*kept, b";"])
        if introducer == _IMAGE:
            _take_colours(reader, reader.take(9)[8])
            reader.take(1)
            _take_blocks(reader)
            kept.append(content[start : reader.place])
        elif introducer == _EXTENSION:
            kept.append(_take_extension(reader, start))
        else:
            raise Broken


def _take_extension(reader: Reader, start: int) -> bytes:
    label = reader.number(1)
    first = reader.content[reader.place + 1 : reader.place + 12]
    blocks = _take_blocks(reader)
    whole = reader.content[start : reader.place]
    if label == _GRAPHIC_CONTROL:
        return whole
    # The loop's own block has three bytes; more would be somebody's luggage.
    is_loop = label == _APPLICATION and first in _LOOPS and blocks <= 2 and len(whole) <= 19
    return whole if is_loop else b""


def _take_colours(reader: Reader, flags: int) -> None:
    if flags & 0x80:
        reader.take(3 * 2 ** ((flags & 7) + 1))


def _take_blocks(reader: Reader) -> int:
    count = 0
    while length := reader.number(1):
        reader.take(length)
        count += 1
    return count
