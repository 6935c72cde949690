"""Which media types are boxes, and what the first box says of a file (ISO/IEC 14496-12, 4.3)."""

from __future__ import annotations

from typing import Final

BOXED_PICTURES: Final = frozenset({"image/avif", "image/heic", "image/heif"})
BOXED: Final = BOXED_PICTURES | {
    "audio/mp4",
    "video/3gpp",
    "video/3gpp2",
    "video/mp4",
    "video/quicktime",
}
# Brands of pictures (ISO/IEC 23008-12, annex B; AV1 Image File Format, 6), the more telling first.
_BRANDS: Final = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"mif1": "image/heif",
    b"mif2": "image/heif",
    b"msf1": "image/heif",
    b"miaf": "image/heif",
}
_RAW: Final = b"crx "
_MOST_BRANDS: Final = 64


def told_by_its_brands(head: bytes) -> str | None:
    """The type of a picture by its `ftyp`; None for a film and a sound.

    The first brand decides what it is, the others only which kind of picture.
    """
    main = head[8:12]
    if main == _RAW:
        return "image/x-canon-cr3"
    if main not in _BRANDS:
        return None
    end = min(int.from_bytes(head[:4], "big"), 16 + 4 * _MOST_BRANDS, len(head))
    brands = {main} | {head[at : at + 4] for at in range(16, end, 4)}
    return next(told for brand, told in _BRANDS.items() if brand in brands)
