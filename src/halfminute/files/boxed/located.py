"""Where the items of a picture lie (ISO/IEC 14496-12, 8.11.3, `iloc`)."""

from __future__ import annotations

from typing import Final

from halfminute.files.boxed.boxes import Box, Boxes
from halfminute.files.boxed.spans import Span
from halfminute.files.pictures.broken import Broken, Unremovable

# How a place is told: from the beginning of the file, or of the box `idat`.
_IN_FILE, _IN_IDAT = 0, 1
_WIDTHS: Final = frozenset({0, 4, 8})


class _Cursor:
    def __init__(self, boxes: Boxes, box: Box) -> None:
        self._boxes = boxes
        self._end = box.end
        self.place = box.body

    def take(self, count: int) -> int:
        told = self._boxes.number(self.place, count, end=self._end)
        self.place += count
        return told


def locate_items(boxes: Boxes, iloc: Box, idat: Box | None) -> dict[int, list[Span]]:
    """The stretches of each item, by its id.

    Raises Broken; Unremovable where an item lies in another file, in another item, or to an end
    that is not told.
    """
    cursor = _Cursor(boxes, iloc)
    version = cursor.take(1)
    cursor.take(3)
    if version > 2:
        raise Unremovable
    widths = cursor.take(2)
    offset, length, base, index = (widths >> shift & 15 for shift in (12, 8, 4, 0))
    index = index if version else 0
    if not {offset, length, base, index} <= _WIDTHS:
        raise Broken
    items: dict[int, list[Span]] = {}
    for _ in range(cursor.take(2 if version < 2 else 4)):
        item_id = cursor.take(2 if version < 2 else 4)
        whole = _whole(boxes, idat, cursor.take(2) & 15 if version else _IN_FILE)
        if cursor.take(2):
            raise Unremovable
        start = whole.start + cursor.take(base)
        if item_id in items:
            raise Broken
        items[item_id] = [
            _span(whole, start, cursor, (offset, length, index)) for _ in range(cursor.take(2))
        ]
    return items


def _whole(boxes: Boxes, idat: Box | None, method: int) -> Span:
    if method == _IN_FILE:
        return Span(0, boxes.size)
    if method == _IN_IDAT and idat is not None:
        return Span(idat.body, idat.end)
    raise Unremovable


def _span(whole: Span, base: int, cursor: _Cursor, widths: tuple[int, int, int]) -> Span:
    offset, length, index = widths
    cursor.take(index)
    start = base + cursor.take(offset)
    size = cursor.take(length)
    if size == 0:
        # The whole file or box from there on, or nothing: readers do not agree.
        raise Unremovable
    if start + size > whole.end:
        raise Broken
    return Span(start, start + size)
