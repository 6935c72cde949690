"""Takes out of a picture's bytes all that is not picture, without touching the pixels.

A camera writes place, time, device and owner beside them (Exif, XMP, IPTC), editors write comments,
and whoever means harm hides another file behind the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from halfminute.files.pictures.broken import Broken, Unremovable
from halfminute.files.pictures.gif import strip_gif
from halfminute.files.pictures.jpeg import strip_jpeg
from halfminute.files.pictures.png import strip_png
from halfminute.files.pictures.tiff import strip_tiff
from halfminute.files.pictures.webp import strip_webp

__all__ = ["Broken", "Unremovable", "strip"]

_STRIPPERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "image/gif": strip_gif,
    "image/jpeg": strip_jpeg,
    "image/png": strip_png,
    "image/tiff": strip_tiff,
    "image/webp": strip_webp,
}


def strip(content: bytes, media_type: str) -> bytes:
    """The picture alone.

    Raises Broken where its structure is not what its format demands, and Unremovable.
    """
    return _STRIPPERS[media_type](content)
