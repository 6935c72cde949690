"""A place in a list that is paged by a time and an id."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from halfminute.conversations.errors import InvalidCursor
from halfminute.kit.time import from_us, to_us

_FORM: Final = re.compile(r"(\d{1,17})\.([0-9a-f]{32})", re.ASCII)


class Place(NamedTuple):
    """The last item of a page."""

    at: datetime
    id: UUID


START: Final = Place(datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))


def write_cursor(place: Place) -> str:
    """The place as a word for a URL."""
    return f"{to_us(place.at)}.{place.id.hex}"


def read_cursor(cursor: str | None) -> Place:
    """The place that `write_cursor` wrote; the list's start for None. Raises InvalidCursor."""
    if cursor is None:
        return START
    found = _FORM.fullmatch(cursor)
    if found is None:
        raise InvalidCursor
    return Place(from_us(int(found[1])), UUID(hex=found[2]))
