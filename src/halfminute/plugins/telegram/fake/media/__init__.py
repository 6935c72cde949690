"""Pictures that simulated subscribers send when a test gives none of its own."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def read_media(name: str) -> bytes:
    """The bytes of photo.jpg, sticker.webp, sticker.tgs, sticker.webm or thumbnail.webp."""
    return resources.files(__name__).joinpath(name).read_bytes()
