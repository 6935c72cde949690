"""What a child prints, kept in a file that cannot grow for ever."""

from __future__ import annotations

from pathlib import Path

LARGEST_BYTES = 10 * 1024 * 1024
_TAIL_BYTES = 2000


class LogFile:
    """Appends to `place`; when it is full, it becomes `place`.1 and a new one is begun."""

    def __init__(self, place: Path, *, largest_bytes: int = LARGEST_BYTES) -> None:
        """Open for appending."""
        self._place = place
        self._largest_bytes = largest_bytes
        self._file = place.open("ab")
        self._tail = b""

    @property
    def tail(self) -> str:
        """The last words of the present child."""
        return self._tail.decode(errors="replace").strip()

    def forget_tail(self) -> None:
        """A new child begins to speak."""
        self._tail = b""

    def write(self, chunk: bytes) -> None:
        """Keep what was printed; a full disk loses it rather than stopping the child."""
        self._tail = (self._tail + chunk)[-_TAIL_BYTES:]
        try:
            if self._file.tell() + len(chunk) > self._largest_bytes:
                self._turn_page()
            self._file.write(chunk)
            self._file.flush()
        except OSError:
            return

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _turn_page(self) -> None:
        self._file.close()
        self._place.replace(self._place.with_name(f"{self._place.name}.1"))
        self._file = self._place.open("ab")
