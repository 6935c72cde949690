"""A film's boxes (ISO/IEC 14496-12, 8): those that are needed to show it stay.

Telephones write place, device and time into `udta`, `meta` and `uuid`, wherever those are allowed,
and cameras keep tracks beside the film: positions, faces, the state of a drone. Such a track goes
with all its samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from halfminute.files.boxed.boxes import Box, Boxes
from halfminute.files.boxed.samples import Samples, find_samples
from halfminute.files.pictures.broken import Broken, Unremovable

# What is kept in which box; a box that has a line here is looked into.
_KEPT: Final[Mapping[bytes, frozenset[bytes]]] = {
    b"moov": frozenset({b"mvhd", b"trak", b"mvex", b"iods"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia", b"tref", b"tapt", b"clip", b"matt", b"load"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf", b"elng"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"nmhd", b"hdlr", b"dinf", b"stbl"}),
    b"stbl": frozenset({b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco"})
    | frozenset({b"co64", b"stss", b"stps", b"stsh", b"sdtp", b"padb", b"stdp", b"sbgp", b"sgpd"}),
    b"mvex": frozenset({b"mehd", b"trex", b"trep"}),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset({b"tfhd", b"tfdt", b"trun", b"sdtp", b"sbgp", b"sgpd"}),
}
# When it was made, and when it was changed.
_DATED: Final = frozenset({b"mvhd", b"tkhd", b"mdhd"})
# In `hdlr`, behind what it handles: the maker's name for it.
_NAME_AT: Final = 24
# Pictures and sounds; no words beside them: drones write where they are as subtitles.
_SHOWN: Final = frozenset({b"vide", b"soun", b"pict", b"auxv"})


class Movie:
    """What the tracks of a film use of the file: the kept ones, and those that go."""

    def __init__(self) -> None:
        """No track yet."""
        self.kept: list[Samples] = []
        self.gone: list[Samples] = []

    def clean(self, boxes: Boxes, movie: Box) -> None:
        """Blank in a `moov` or `moof` what is not needed. Raises Broken, Unremovable."""
        for box in boxes.list_within(movie.body, movie.end):
            if box.name == b"trak":
                self._clean_track(boxes, box)
            elif box.name == b"cmov":
                # Packed (QTFF): its places could not stay.
                raise Unremovable
            else:
                _keep_or_discard(boxes, box, movie.name)

    def _clean_track(self, boxes: Boxes, track: Box) -> None:
        inside = boxes.list_within(track.body, track.end)
        media = _list_in(boxes, inside, b"mdia")
        handler = boxes.find_only(media, b"hdlr")
        if handler is None:
            raise Broken
        tables = _list_in(boxes, _list_in(boxes, media, b"minf"), b"stbl")
        samples = find_samples(boxes, tables)
        if boxes.word(handler.body + 8, end=handler.end) not in _SHOWN:
            self.gone.append(samples)
            boxes.discard(track)
            return
        self.kept.append(samples)
        for box in inside:
            _keep_or_discard(boxes, box, b"trak")


def _list_in(boxes: Boxes, among: list[Box], name: bytes) -> list[Box]:
    box = boxes.find_only(among, name)
    if box is None:
        raise Broken
    return boxes.list_within(box.body, box.end)


def _keep_or_discard(boxes: Boxes, box: Box, parent: bytes) -> None:
    if box.name not in _KEPT[parent]:
        boxes.discard(box)
    elif box.name in _DATED:
        width = 8 if boxes.number(box.body, 1, end=box.end) == 1 else 4
        boxes.blank(box.body + 4, min(box.body + 4 + 2 * width, box.end))
    elif box.name == b"hdlr":
        boxes.blank(box.body + _NAME_AT, box.end)
    elif box.name in _KEPT:
        for each in boxes.list_within(box.body, box.end):
            _keep_or_discard(boxes, each, box.name)
