"""Boxes: a size, a name of four letters, a body (ISO/IEC 14496-12, 4.2)."""

from __future__ import annotations

import mmap
from typing import Final, NamedTuple

from halfminute.files.pictures.broken import Broken

# What is cleaned in place: of a large film only the pages that change are copied.
Bytes = bytearray | mmap.mmap

FREE: Final = b"free"
# A film of two hours in fragments of a second has some; more is somebody's trap.
MOST_BOXES: Final = 200_000
_LONG: Final = 1
_TO_THE_END: Final = 0


class Box(NamedTuple):
    """Places in the file: `start` of its size, `body` behind its name, `end`."""

    name: bytes
    start: int
    body: int
    end: int


class Boxes:
    """A file of boxes that is being cleaned in place; its length never changes."""

    def __init__(self, content: Bytes) -> None:
        """Nothing is read yet."""
        self.content = content
        self.size = len(content)
        self._left = MOST_BOXES

    def number(self, place: int, count: int, *, end: int) -> int:
        """The bytes there as a number without a sign. Raises Broken beyond `end`."""
        if place + count > end:
            raise Broken
        return int.from_bytes(self.content[place : place + count], "big")

    def word(self, place: int, *, end: int) -> bytes:
        """Four letters. Raises Broken beyond `end`."""
        if place + 4 > end:
            raise Broken
        return bytes(self.content[place : place + 4])

    def list_top(self) -> list[Box]:
        """The boxes of the file. What is no box behind them is blanked; `mdat` may be cut short."""
        found: list[Box] = []
        place = 0
        while place < self.size:
            box = self._read(place, self.size)
            if box is None or (box.end > self.size and box.name != b"mdat"):
                self.blank(place, self.size)
                break
            found.append(box._replace(end=min(box.end, self.size)))
            place = box.end
        return found

    def list_within(self, start: int, end: int) -> list[Box]:
        """The boxes that fill a stretch. Raises Broken."""
        found: list[Box] = []
        while start + 8 <= end:
            box = self._read(start, end)
            if box is None or box.end > end:
                raise Broken
            found.append(box)
            start = box.end
        # QuickTime ends some lists by four zeros.
        self.blank(start, end)
        return found

    def find_only(self, boxes: list[Box], name: bytes) -> Box | None:
        """Raises Broken where there are several: readers would not agree on which one holds."""
        found = [box for box in boxes if box.name == name]
        if len(found) > 1:
            raise Broken
        return found[0] if found else None

    def discard(self, box: Box) -> None:
        """A box of that size stays, free and empty."""
        self.content[box.start + 4 : box.start + 8] = FREE
        self.blank(box.body, box.end)

    def blank(self, start: int, end: int) -> None:
        """Zeros."""
        self.content[start:end] = bytes(max(0, end - start))

    def _read(self, place: int, end: int) -> Box | None:
        self._left -= 1
        if self._left < 0:
            raise Broken
        if place + 8 > end:
            return None
        size = self.number(place, 4, end=end)
        name = self.word(place + 4, end=end)
        body = place + 8
        if size == _TO_THE_END:
            size = end - place
        elif size == _LONG:
            if body + 8 > end:
                return None
            size = self.number(body, 8, end=end)
            body += 8
        return None if size < body - place else Box(name, place, body, place + size)
