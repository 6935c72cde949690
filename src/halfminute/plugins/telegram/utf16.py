"""Turns Telegram's offsets, which count UTF-16 code units, into code points and back.

https://core.telegram.org/api/entities#entity-length
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

_LAST_OF_ONE_UNIT: Final = "\uffff"


def length_in_units(text: str) -> int:
    """UTF-16 code units of a text."""
    return len(text) + sum(character > _LAST_OF_ONE_UNIT for character in text)


class Offsets:
    """Both ways between code points and UTF-16 units of one text."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._units: list[int] | None = None
        self._points: dict[int, int] | None = None
        # Most texts have no character outside the basic plane: both counts are then the same.
        if len(text.encode("utf-16-le", "surrogatepass")) > 2 * self._length:
            self._count(text)

    def _count(self, text: str) -> None:
        widths = (2 if character > _LAST_OF_ONE_UNIT else 1 for character in text)
        self._units = list(accumulate(widths, initial=0))
        self._points = {unit: point for point, unit in enumerate(self._units)}

    def to_points(self, unit: int) -> int | None:
        """The code point that begins at a unit; None if none does (out of range, half a pair)."""
        if self._points is not None:
            return self._points.get(unit)
        return unit if 0 <= unit <= self._length else None

    def to_units(self, point: int) -> int:
        """The unit at which a code point begins; IndexError if there is no such point."""
        if not 0 <= point <= self._length:
            raise IndexError(point)
        return self._units[point] if self._units is not None else point
