"""A picture's boxes (HEIF, ISO/IEC 23008-12; AVIF): the items that are picture stay.

Beside its pictures a file has items of Exif (with place, owner and maker's notes), XMP and whatever
a telephone adds. Their bytes are blanked, and what they are called, so that no reader takes zeros
for Exif.
"""

from __future__ import annotations

from typing import Final

from halfminute.files.boxed.boxes import FREE, Box, Boxes
from halfminute.files.boxed.located import locate_items
from halfminute.files.boxed.spans import Span
from halfminute.files.pictures.broken import Broken, Unremovable

_KEPT: Final = frozenset(
    {b"hdlr", b"pitm", b"iinf", b"iloc", b"iprp", b"iref", b"idat", b"dinf", b"grpl"}
)
# Coded pictures, and how they are put together. A JPEG within may have Exif of its own.
_PICTURES: Final = frozenset(
    {b"hvc1", b"hev1", b"lhv1", b"avc1", b"vvc1", b"av01", b"hvt1", b"grid", b"iovl", b"iden"}
    | {b"tmap"}
)
# How a picture is decoded, turned, cut and coloured; not when it was made, nor what it is called.
_PROPERTIES: Final = frozenset(
    {b"ispe", b"pixi", b"colr", b"hvcC", b"lhvC", b"avcC", b"vvcC", b"av1C", b"irot", b"imir"}
    | {b"clap", b"pasp", b"auxC", b"clli", b"mdcv", b"cclv", b"amve", b"lsel", b"rloc", b"tols"}
    | {b"a1op", b"a1lx", b"oinf", b"reve", b"ndwt", b"rref", b"iscl"}
)


class Picture:
    """What the items of a picture use of the file: the kept ones, and those that go."""

    def __init__(self) -> None:
        """No item yet."""
        self.kept: list[Span] = []
        self.gone: list[Span] = []
        self.idat: Span | None = None

    def clean(self, boxes: Boxes, meta: Box) -> None:
        """Blank in the file's `meta` what is not needed. Raises Broken, Unremovable."""
        inside = boxes.list_within(meta.body + 4, meta.end)
        for box in inside:
            if box.name not in _KEPT:
                boxes.discard(box)
        idat = boxes.find_only(inside, b"idat")
        iloc = boxes.find_only(inside, b"iloc")
        iinf = boxes.find_only(inside, b"iinf")
        if iloc is None or iinf is None:
            raise Broken
        if idat is not None:
            self.idat = Span(idat.body, idat.end)
        places = locate_items(boxes, iloc, idat)
        kept = _keep_pictures(boxes, iinf)
        _require_primary(boxes, inside, kept)
        for item_id, spans in places.items():
            (self.kept if item_id in kept else self.gone).extend(spans)
        _clean_properties(boxes, inside)


def _keep_pictures(boxes: Boxes, iinf: Box) -> set[int]:
    """The ids of the items that stay; the others are renamed."""
    is_short = boxes.number(iinf.body, 1, end=iinf.end) == 0
    known: set[int] = set()
    kept: set[int] = set()
    for entry in boxes.list_within(iinf.body + (6 if is_short else 8), iinf.end):
        version = boxes.number(entry.body, 1, end=entry.end)
        if entry.name != b"infe" or version not in (2, 3):
            # Older ones do not say what they are.
            raise Unremovable
        width = 2 if version == 2 else 4
        item_id = boxes.number(entry.body + 4, width, end=entry.end)
        place = entry.body + 4 + width + 2
        if item_id in known:
            raise Broken
        known.add(item_id)
        if boxes.word(place, end=entry.end) in _PICTURES:
            kept.add(item_id)
        else:
            boxes.content[place : place + 4] = FREE
        # What it is called.
        boxes.blank(place + 4, entry.end)
    return kept


def _require_primary(boxes: Boxes, inside: list[Box], kept: set[int]) -> None:
    """Raises Unremovable where the picture itself is of a kind that we cannot clean."""
    pitm = boxes.find_only(inside, b"pitm")
    if pitm is None:
        raise Broken
    width = 2 if boxes.number(pitm.body, 1, end=pitm.end) == 0 else 4
    if boxes.number(pitm.body + 4, width, end=pitm.end) not in kept:
        raise Unremovable


def _clean_properties(boxes: Boxes, inside: list[Box]) -> None:
    """Those that go leave their places: items name properties by their number."""
    iprp = boxes.find_only(inside, b"iprp")
    if iprp is None:
        return
    for box in boxes.list_within(iprp.body, iprp.end):
        if box.name == b"ipco":
            for each in boxes.list_within(box.body, box.end):
                if each.name not in _PROPERTIES:
                    boxes.discard(each)
        elif box.name != b"ipma":
            boxes.discard(box)
