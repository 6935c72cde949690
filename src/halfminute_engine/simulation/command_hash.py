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
    """BLAKE2b over all commands in their order: of each the name, then its fields.

    They are written as Python writes a list of tuples, `_AT_ONCE` commands to a list: all fields
    are whole numbers, strings, enumerated words or None, and no set or mapping is among them.
    """

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=DIGEST_BYTES)
        self._commands: list[Command] = []

    def add(self, commands: list[Command]) -> None:
        """Go on with these commands."""
        self._commands += commands
        while len(self._commands) >= _AT_ONCE:
            self._hash.update(_written(self._commands[:_AT_ONCE]))
            self._commands = self._commands[_AT_ONCE:]

    def hexdigest(self) -> str:
        """The word for all commands, the last of them just added."""
        last = self._hash.copy()
        last.update(_written(self._commands))
        return last.hexdigest()


def _written(commands: list[Command]) -> bytes:
    return repr([_FIELDS_OF[type(command)](command) for command in commands]).encode()


def _reader_of(kind: type[Command]) -> Callable[[Any], object]:
    return attrgetter("__class__.__name__", *(field.name for field in fields(kind)))


_FIELDS_OF: dict[type[Command], Callable[[Any], object]] = {
    kind: _reader_of(kind) for kind in get_args(Command)
}
