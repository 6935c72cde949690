"""Reads pictures with Pillow: whether they are sound, and what they look like when they are small.

Runs in `child` alone.
"""

from __future__ import annotations

import io
import warnings
from typing import Any, BinaryIO, Final

from PIL import Image, ImageOps

from halfminute.files.decoding.refusal import Refused
from halfminute.files.pictures import Broken, strip

# Of one frame, and of all frames together: what a telephone takes, and a long animation.
PIXELS: Final = 64_000_000
ALL_PIXELS: Final = 400_000_000
FRAMES: Final = 1000
THUMBNAIL_SIDE: Final = 480
_FORMATS: Final = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}
_ORIENTATION: Final = 0x0112  # Exif 2.32, 4.6.4
_QUALITY: Final = 80
# Our own limits are asked for before a pixel is decoded.
Image.MAX_IMAGE_PIXELS = None


def clean(file: BinaryIO, made: BinaryIO, media_type: str) -> dict[str, Any]:
    """Write the picture without all that is not picture; turned upright if it says that it lies.

    Its pixels are encoded anew only then. Raises Refused.
    """
    content = file.read()
    picture = _open(content, media_type)
    is_animated = _check_frames(picture)
    orientation = picture.getexif().get(_ORIENTATION, 1)
    if orientation in range(2, 9) and not is_animated:
        content = _turn_upright(picture)
    try:
        stripped = strip(content, media_type)
    except Broken:
        raise Refused("unreadable") from None
    again = _open(stripped, media_type)
    made.write(stripped)
    return {"width": again.width, "height": again.height, "is_animated": is_animated}


def preview(file: BinaryIO, made: BinaryIO, media_type: str) -> dict[str, Any]:
    """Write a small picture of the first frame. Raises Refused."""
    picture = _open(file.read(), media_type)
    try:
        picture.draft("RGB", (THUMBNAIL_SIDE * 2, THUMBNAIL_SIDE * 2))
        upright = ImageOps.exif_transpose(picture)
        size = upright.size
        write_thumbnail(upright, made)
    except DECODING_FAULTS:
        raise Refused("unreadable") from None
    width, height = _upright_size(file, media_type) if media_type == "image/jpeg" else size
    return {"width": width, "height": height, "has_thumbnail": True}


def write_thumbnail(picture: Image.Image, made: BinaryIO) -> None:
    """As WebP, no side longer than `THUMBNAIL_SIDE`; transparency stays."""
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    small = picture.convert("RGBA" if has_alpha else "RGB")
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    small.save(made, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=None)


# What Pillow raises at bytes that are not what they should be (its own fuzzers' list).
DECODING_FAULTS: Final = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OverflowError,
    MemoryError,
    NotImplementedError,
    RuntimeError,
    ArithmeticError,
)


def _open(content: bytes, media_type: str) -> Image.Image:
    """Only as what its bytes say it is; the size is checked before it is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=[_FORMATS[media_type]])
    except DECODING_FAULTS:
        raise Refused("unreadable") from None
    if not 0 < picture.width * picture.height <= PIXELS:
        raise Refused("too_many_pixels")
    return picture


def _check_frames(picture: Image.Image) -> bool:
    """Decode every frame once; whether there are several."""
    pixels = picture.width * picture.height
    number = 0
    try:
        while True:
            picture.seek(number)
            picture.load()
            number += 1
            if number > FRAMES:
                raise Refused("too_many_frames")
            if pixels * number > ALL_PIXELS:
                raise Refused("too_many_pixels")
    except EOFError:
        pass
    except DECODING_FAULTS:
        raise Refused("unreadable") from None
    if number == 0:
        raise Refused("unreadable")
    try:
        picture.seek(0)
    except DECODING_FAULTS:
        raise Refused("unreadable") from None
    return number > 1


def _turn_upright(picture: Image.Image) -> bytes:
    try:
        upright = ImageOps.exif_transpose(picture)
        made = io.BytesIO()
        kept = {"icc_profile": picture.info.get("icc_profile"), "exif": b""}
        if picture.format == "JPEG":
            upright.save(made, "JPEG", quality=92, optimize=True, **kept)
        elif picture.format == "WEBP":
            upright.save(made, "WEBP", quality=92, xmp=b"", **kept)
        else:
            upright.info.clear()
            upright.save(made, picture.format, **kept)
    except DECODING_FAULTS:
        raise Refused("unreadable") from None
    return made.getvalue()


def _upright_size(file: BinaryIO, media_type: str) -> tuple[int, int]:
    """A draft is smaller than the picture."""
    file.seek(0)
    whole = _open(file.read(), media_type)
    is_lying = whole.getexif().get(_ORIENTATION, 1) in range(5, 9)
    return (whole.height, whole.width) if is_lying else (whole.width, whole.height)
