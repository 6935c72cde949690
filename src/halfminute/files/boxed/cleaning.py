"""Cleans a whole file of boxes: what no picture and no sound of it uses becomes zeros."""

from __future__ import annotations

from typing import Final

from halfminute.files.boxed.boxes import Box, Boxes, Bytes
from halfminute.files.boxed.kinds import BOXED_PICTURES
from halfminute.files.boxed.movie import Movie
from halfminute.files.boxed.picture import Picture
from halfminute.files.boxed.spans import Span, contain, overlap, subtract
from halfminute.files.pictures.broken import Broken, Unremovable

# Of the boxes of a film or a picture, those that are needed, and tell nothing but where all is.
_KEPT: Final = frozenset({b"ftyp", b"styp", b"mdat", b"sidx", b"ssix", b"mfra", b"pdin"})


def blank_luggage(content: Bytes, media_type: str) -> None:
    """Change it in place; its length stays. Raises Broken, Unremovable; it may be changed then."""
    boxes = Boxes(content)
    top = boxes.list_top()
    movie, picture = Movie(), Picture()
    is_picture = media_type in BOXED_PICTURES
    for box in top:
        if box.name in (b"moov", b"moof"):
            movie.clean(boxes, box)
        elif box.name not in _KEPT and not (is_picture and box.name == b"meta"):
            boxes.discard(box)
    if is_picture:
        meta = boxes.find_only(top, b"meta")
        if meta is None:
            raise Broken
        picture.clean(boxes, meta)
    elif not any(box.name in (b"moov", b"moof") for box in top):
        raise Broken
    _blank_media(boxes, top, movie, picture)


def _blank_media(boxes: Boxes, top: list[Box], movie: Movie, picture: Picture) -> None:
    media = [Span(box.body, box.end) for box in top if box.name == b"mdat"]
    if picture.idat is not None:
        media.append(picture.idat)
    kept = [span for samples in movie.kept for span in samples.spans] + picture.kept
    gone = [span for samples in movie.gone for span in samples.spans] + picture.gone
    is_fragmented = any(box.name == b"moof" for box in top)
    if (is_fragmented and movie.gone) or not contain(media, gone) or overlap(kept, gone):
        # Where the luggage is cannot be told from the film.
        raise Unremovable
    if not is_fragmented and all(samples.is_certain for samples in movie.kept):
        gone = subtract(media, kept)
    for span in gone:
        boxes.blank(*span)
