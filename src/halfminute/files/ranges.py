"""Reads the Range header: players ask for parts of a film (RFC 9110, 14)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from halfminute.files.errors import RangeNotSatisfiable

_ONE_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


class ByteRange(NamedTuple):
    """Bytes from `start`, `length` of them, out of `size`."""

    start: int
    length: int
    size: int

    @property
    def content_range(self) -> str:
        """The Content-Range header (RFC 9110, 14.4)."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


def read_range(header: str | None, size: int) -> ByteRange | None:
    """The one range that is asked for; None where the whole is to be sent.

    A header we do not understand, or of several ranges, may be ignored (RFC 9110, 14.2).
    Raises RangeNotSatisfiable for a range that begins after the end.
    """
    found = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if found is None:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        length = min(int(last), size)
        return _checked(size - length, size - 1, size)
    end = min(int(last), size - 1) if last else size - 1
    return None if last and int(last) < int(first) else _checked(int(first), end, size)


def _checked(start: int, end: int, size: int) -> ByteRange:
    if start >= size or end < start:
        raise RangeNotSatisfiable(size=size)
    return ByteRange(start, end - start + 1, size)
