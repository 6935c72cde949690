"""Keeps the facts in a file, so that a fake that was killed remembers what it took and sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from halfminute.plugins.telegram.fake.facts import Fact

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Fact)


class Journal:
    """An append-only file of JSON lines. Outlives the process, not the machine: no fsync."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def read(self) -> Iterator[Fact]:
        """The facts so far; a last line cut short by a kill never happened, and is taken off."""
        if not self._path.exists():
            return
        raw = self._path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) != len(raw):
            os.truncate(self._path, len(whole))
        for line in whole.splitlines():
            yield _DECODER.decode(line)

    def append(self, fact: Fact) -> None:
        """Writes one line in one call."""
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            self._descriptor = os.open(self._path, flags, 0o600)
        os.write(self._descriptor, _ENCODER.encode(fact) + b"\n")

    def close(self) -> None:
        """Closes the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
