"""Makes a zip archive of any size a piece at a time: nothing of it is held but what was just made.

An archive that is written to a stream tells sizes behind each member (APPNOTE.TXT 4.4.4, bit 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from halfminute.kit.time import utc_now


class _Sink:
    """What the archive is written to: it gives away, and cannot go back."""

    def __init__(self) -> None:
        self.made = bytearray()

    def write(self, piece: bytes, /) -> int:
        self.made += piece
        return len(piece)

    def close(self) -> None:
        """Whoever takes the rest does so afterwards."""

    def flush(self) -> None:
        """Nothing waits here."""


class ZipStream:
    """An archive in the making."""

    def __init__(self) -> None:
        """Its members are dated now."""
        self._sink = _Sink()
        self._archive = ZipFile(self._sink, "w")
        self._date = utc_now().timetuple()[:6]

    @contextmanager
    def member(self, name: str, *, is_packed: bool = True) -> Iterator[IO[bytes]]:
        """A member to be written; one at a time."""
        told = ZipInfo(name, self._date)
        told.compress_type = ZIP_DEFLATED if is_packed else ZIP_STORED
        told.external_attr = 0o600 << 16
        with self._archive.open(told, "w", force_zip64=True) as member:
            yield member

    def add(self, name: str, content: bytes) -> None:
        """A whole member."""
        with self.member(name) as member:
            member.write(content)

    def end(self) -> None:
        """Write the table of contents."""
        self._archive.close()

    def take(self) -> bytes:
        """What was made since it was last asked for."""
        made = bytes(self._sink.made)
        self._sink.made.clear()
        return made
