"""Where the samples of a track lie (ISO/IEC 14496-12, 8.7)."""

from __future__ import annotations

from typing import NamedTuple

from halfminute.files.boxed.boxes import Box, Boxes
from halfminute.files.boxed.spans import Span, merge
from halfminute.files.pictures.broken import Broken


class Samples(NamedTuple):
    """`is_certain`: not counted in frames of sound, whose size is told elsewhere (QTFF, stsz)."""

    spans: list[Span]
    is_certain: bool


def find_samples(boxes: Boxes, tables: list[Box]) -> Samples:
    """`tables` are the boxes in `stbl`. Raises Broken."""
    starts = _read_chunks(boxes, tables)
    if not starts:
        return Samples([], is_certain=True)
    counts = _count_samples(boxes, tables, len(starts))
    uniform, sizes = _read_sizes(boxes, tables)
    spans: list[Span] = []
    sample = 0
    for start, count in zip(starts, counts, strict=True):
        if uniform:
            length = uniform * count
        else:
            length = sum(sizes[sample : sample + count])
            sample += count
        spans.append(Span(start, min(start + length, boxes.size)))
    return Samples(merge(spans), is_certain=not uniform)


def _read_chunks(boxes: Boxes, tables: list[Box]) -> list[int]:
    short = boxes.find_only(tables, b"stco")
    long = boxes.find_only(tables, b"co64")
    box = short or long
    if box is None or (short and long):
        raise Broken
    return _read_table(boxes, box, box.body + 4, 4 if short else 8)


def _read_table(boxes: Boxes, box: Box, place: int, width: int) -> list[int]:
    """How many, and then so many numbers of `width` bytes."""
    count = boxes.number(place, 4, end=box.end)
    place += 4
    if place + count * width > box.end:
        raise Broken
    return _split(bytes(boxes.content[place : place + count * width]), width)


def _split(table: bytes, width: int) -> list[int]:
    return [
        int.from_bytes(table[start : start + width], "big") for start in range(0, len(table), width)
    ]


def _count_samples(boxes: Boxes, tables: list[Box], chunks: int) -> list[int]:
    """How many samples each chunk has: `stsc` tells it from one chunk on until its next line."""
    box = boxes.find_only(tables, b"stsc")
    if box is None:
        raise Broken
    count = boxes.number(box.body + 4, 4, end=box.end)
    place = box.body + 8
    if place + count * 12 > box.end:
        raise Broken
    told = _split(bytes(boxes.content[place : place + count * 12]), 4)
    firsts, each = [*told[0::3], chunks + 1], told[1::3]
    counts: list[int] = []
    for first, following, samples in zip(firsts, firsts[1:], each, strict=False):
        if first != len(counts) + 1 or following <= first:
            raise Broken
        counts += [samples] * (min(following, chunks + 1) - first)
    if len(counts) != chunks:
        raise Broken
    return counts


def _read_sizes(boxes: Boxes, tables: list[Box]) -> tuple[int, list[int]]:
    """The size of every sample; or one for all, when the first is not 0."""
    wide = boxes.find_only(tables, b"stsz")
    narrow = boxes.find_only(tables, b"stz2")
    if wide and not narrow:
        uniform = boxes.number(wide.body + 4, 4, end=wide.end)
        return uniform, [] if uniform else _read_table(boxes, wide, wide.body + 8, 4)
    if not narrow or wide:
        raise Broken
    bits = boxes.number(narrow.body + 7, 1, end=narrow.end)
    if bits not in (8, 16):
        # Half bytes are nowhere to be met.
        raise Broken
    return 0, _read_table(boxes, narrow, narrow.body + 8, bits // 8)
