"""UUIDv7 of a given moment, so that invented messages stand in their order."""

from __future__ import annotations

import itertools
from datetime import datetime
from uuid import UUID

_count = itertools.count()


def uuid7_at(at: datetime) -> str:
    """Milliseconds, version 7, then a counter instead of random bits."""
    milliseconds = int(at.timestamp() * 1000)
    number = next(_count)
    value = (milliseconds << 80) | (0x7 << 76) | (0x8 << 60) | (number & 0xFFFF_FFFF)
    return str(UUID(int=value))
