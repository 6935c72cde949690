"""Pictures and sounds that simulated subscribers send when a test gives none of its own."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def read_media(name: str) -> bytes:
    """The bytes of a file in this folder, such as photo.jpg or voice.ogg."""
    return resources.files(__name__).joinpath(name).read_bytes()
