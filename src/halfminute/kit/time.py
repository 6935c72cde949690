"""The moment, as the whole application writes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import msgspec

# A time of a wire shape: aware, RFC 3339 on the wire.
Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]


def utc_now() -> datetime:
    """The wall clock, aware, in UTC."""
    return datetime.now(UTC)


def to_us(moment: datetime) -> int:
    """Whole microseconds since 1970 of an aware moment."""
    return round(moment.timestamp() * 1_000_000)


def from_us(microseconds: int) -> datetime:
    """The aware UTC moment of whole microseconds since 1970."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)
