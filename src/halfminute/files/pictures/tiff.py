"""TIFF (revision 6.0): the fields that are needed to draw stay, written anew in their order.

Scanners and cameras write makers, owners, dates, places and previews into fields of their own.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from halfminute.files.pictures.broken import Broken, Unremovable
from halfminute.files.pictures.jpeg import strip_jpeg

# Bytes of one value, by its type (TIFF 6.0, section 2).
_WIDTHS: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_SHORT, _LONG = 3, 4
_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES = 273, 279, 324, 325
_COMPRESSION, _OLD_JPEG, _JPEG, _TABLES = 259, 6, 7, 347
_KEPT: Final = frozenset(
    {254, 255, 256, 257, 258, _COMPRESSION, 262, 263, 266, 274, 277, 278, 280, 281, 282, 283, 284}
    | {290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 332, 334, 336, 338}
    | {339, 340, 341, _TABLES, 529, 530, 531, 532, 34675}
)
# Pictures in a picture: raw ones of cameras, of which only a preview is shown; and JPEG of the old
# kind, whose bytes lie anywhere.
_INNER: Final = frozenset({330, 512, 50706})
_MOST_PAGES: Final = 1000


class _Field(NamedTuple):
    tag: int
    kind: int
    length: int
    body: bytes


def strip_tiff(content: bytes) -> bytes:
    """Without all that is not picture. Raises Broken, Unremovable."""
    order = {b"II": "<", b"MM": ">"}.get(content[:2])
    if order is None or len(content) < 8:
        raise Broken
    version, place = struct.unpack(order + "HI", content[2:8])
    if version != 42:
        # BigTIFF, and the raw pictures of cameras.
        raise Unremovable
    pages = _Pages(content, order)
    made = bytearray(content[:8])
    link = 4
    while place:
        fields, place = pages.read(place)
        link = pages.write(made, link, fields)
    if link == 4:
        raise Broken
    return bytes(made)


class _Pages:
    def __init__(self, content: bytes, order: str) -> None:
        self._content = content
        self._order = order
        self._seen: set[int] = set()

    def read(self, place: int) -> tuple[dict[int, _Field], int]:
        """The fields of the page there, and where the next one is."""
        if place in self._seen or len(self._seen) >= _MOST_PAGES:
            raise Broken
        self._seen.add(place)
        [count] = self._unpack("H", place)
        fields: dict[int, _Field] = {}
        for number in range(count):
            at = place + 2 + 12 * number
            tag, kind, values = self._unpack("HHI", at)
            if tag in _INNER:
                raise Unremovable
            if tag in _KEPT | {_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES}:
                fields[tag] = self._field(tag, kind, values, at + 8)
        [following] = self._unpack("I", place + 2 + 12 * count)
        return fields, following

    def write(self, made: bytearray, link: int, fields: dict[int, _Field]) -> int:
        """Add a page, its place written at `link`; returns where the next one's will be."""
        fields |= self._write_pieces(made, fields)
        bodies: list[bytes] = []
        for field in sorted(fields.values()):
            body = field.body
            if len(body) > 4:
                body = self._pack("I", self._add(made, body))
            bodies.append(self._pack("HHI", *field[:3]) + body.ljust(4, b"\0"))
        page = self._pack("H", len(bodies)) + b"".join(bodies) + bytes(4)
        place = self._add(made, page)
        made[link : link + 4] = self._pack("I", place)
        return place + len(page) - 4

    def _write_pieces(self, made: bytearray, fields: dict[int, _Field]) -> dict[int, _Field]:
        """The strips or tiles; returns the fields that tell where they are now."""
        places, sizes = (_STRIPS, _STRIP_SIZES) if _STRIPS in fields else (_TILES, _TILE_SIZES)
        if places not in fields or sizes not in fields:
            raise Broken
        pieces = list(
            zip(self._numbers(fields[places]), self._numbers(fields[sizes]), strict=False)
        )
        if len(pieces) != fields[places].length or len(pieces) != fields[sizes].length:
            raise Broken
        packing = self._numbers(fields[_COMPRESSION]) if _COMPRESSION in fields else []
        if _OLD_JPEG in packing:
            raise Unremovable
        is_jpeg = packing == [_JPEG]
        if is_jpeg and _TABLES in fields:
            tables = strip_jpeg(fields[_TABLES].body)
            fields[_TABLES] = fields[_TABLES]._replace(body=tables, length=len(tables))
        written: list[tuple[int, int]] = []
        for start, size in pieces:
            piece = self._take(start, size)
            piece = strip_jpeg(piece) if is_jpeg else piece
            written.append((self._add(made, piece), len(piece)))
        return {
            tag: _Field(tag, _LONG, len(written), b"".join(self._pack("I", each) for each in told))
            for tag, told in zip((places, sizes), zip(*written, strict=True), strict=True)
        }

    def _field(self, tag: int, kind: int, count: int, at: int) -> _Field:
        size = _WIDTHS.get(kind, 0) * count
        if not size:
            raise Broken
        if size > 4:
            [at] = self._unpack("I", at)
        return _Field(tag, kind, count, self._take(at, size))

    def _numbers(self, field: _Field) -> list[int]:
        code = {_SHORT: "H", _LONG: "I"}.get(field.kind)
        if code is None:
            raise Broken
        return list(struct.unpack(f"{self._order}{field.length}{code}", field.body))

    def _add(self, made: bytearray, piece: bytes) -> int:
        """Its place, on a word boundary. Raises Broken where more is written than there was."""
        made += bytes(len(made) % 2)
        place = len(made)
        made += piece
        if place > len(self._content) * 2 + 4096:
            raise Broken
        return place

    def _take(self, place: int, size: int) -> bytes:
        taken = self._content[place : place + size]
        if len(taken) != size:
            raise Broken
        return taken

    def _unpack(self, codes: str, place: int) -> tuple[int, ...]:
        codes = self._order + codes
        return struct.unpack(codes, self._take(place, struct.calcsize(codes)))

    def _pack(self, codes: str, *numbers: int) -> bytes:
        return struct.pack(self._order + codes, *numbers)
