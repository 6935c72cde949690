"""One short word for all that a router commanded: equal words, equal decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from hashlib import blake2b
from operator import attrgetter
from typing import Any, get_args

from halfminute_engine.routing.commands import Command

_AT_ONCE = 4_096

DIGEST_BYTES = 16


class CommandHash:
    """BLAKE2b over a line for each command, in their order: its name, then its fields.

    Fields are whole numbers, words and None, as `str` writes them, each after a character that no
    id holds (ASCII 31, the unit separator).
    """

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=DIGEST_BYTES)
        self._lines: list[str] = []

    def add(self, commands: list[Command]) -> None:
        """Go on with these commands."""
        lines = self._lines
        for command in commands:
            template, read = _WRITERS[type(command)]
            lines.append(template % read(command))
        if len(lines) > _AT_ONCE:
            self._hash.update("".join(lines).encode())
            lines.clear()

    def hexdigest(self) -> str:
        """The word for all commands, the last of them just added."""
        whole = self._hash.copy()
        whole.update("".join(self._lines).encode())
        return whole.hexdigest()


def _writer_of(kind: type[Command]) -> tuple[str, Callable[[Any], object]]:
    names = [field.name for field in fields(kind)]
    return "\x1f".join([kind.__name__, *["%s"] * len(names)]) + "\n", attrgetter(*names)


_WRITERS: dict[type[Command], tuple[str, Callable[[Any], object]]] = {
    kind: _writer_of(kind) for kind in get_args(Command)
}
