"""One process at a time in a directory: a lock that the kernel drops when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class LockHeld(Exception):
    """Somebody alive holds the lock; `holder` is the pid that it wrote, as text."""

    def __init__(self, holder: str) -> None:
        """`holder` may be empty when it has not been written yet."""
        self.holder = holder
        super().__init__(holder)


class ProcessLock:
    """Held from its making until `release`, and no longer than the process lives."""

    def __init__(self, place: Path) -> None:
        """Take the lock at once. Raises LockHeld, or OSError when `place` cannot be written."""
        descriptor = os.open(place, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode().strip()
            os.close(descriptor)
            raise LockHeld(holder) from None
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let the next one in; twice is harmless."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
