"""A file as it came in the body of a call."""

from __future__ import annotations

import msgspec


class Uploaded(msgspec.Struct, frozen=True):
    """Its name, its type as the sender tells it, and its bytes."""

    name: str
    media_type: str
    content: bytes
