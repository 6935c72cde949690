"""Reads a scenario's plain tables strictly: each refusal names the field by its path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from halfminute_engine.simulation.errors import InvalidScenario
from halfminute_engine.simulation.variates import (
    SECOND_US,
    Constant,
    Exponential,
    Law,
    Lognormal,
    Never,
)

_REQUIRED: Any = object()


class Fields:
    """One table of a document, which must be read to the end: `finish` refuses what is left."""

    def __init__(self, table: object, path: str = "") -> None:
        if not isinstance(table, Mapping):
            raise InvalidScenario(path, f"must be a table, and is {_shown(table)}")
        self._table = table
        self._path = path
        self._read: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._table

    def path(self, name: str) -> str:
        """The path of a field of this table, of the table itself where the name is empty."""
        return ".".join(filter(None, (self._path, name)))

    def refuse(self, name: str, problem: str) -> InvalidScenario:
        """The refusal of a field of this table."""
        return InvalidScenario(self.path(name), problem)

    def finish(self) -> None:
        """Raise for a field that nobody has asked for."""
        unknown = sorted(set(self._table) - self._read)
        if unknown:
            known = ", ".join(sorted(self._read))
            raise self.refuse(unknown[0], f"is not known here; known are: {known}")

    def number(
        self,
        name: str,
        default: float = _REQUIRED,
        *,
        least: float = 0.0,
        most: float = float("inf"),
    ) -> float:
        """A number from `least` to `most`."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(name, f"must be a number, and is {_shown(value)}")
        if not least <= value <= most or value == float("inf"):
            bounds = f"from {least:g}" + ("" if most == float("inf") else f" to {most:g}")
            raise self.refuse(name, f"must be {bounds}, and is {value:g}")
        return value

    def whole(self, name: str, default: int = _REQUIRED, *, least: int = 0) -> int:
        """A whole number from `least`."""
        value = self.number(name, default, least=least)
        if value != int(value):
            raise self.refuse(name, f"must be a whole number, and is {value:g}")
        return int(value)

    def seconds(self, name: str, default: float = _REQUIRED, *, least: float = 0.0) -> int:
        """A number of seconds, as microseconds."""
        return round(self.number(name, default, least=least) * SECOND_US)

    def ratio(self, name: str, default: float = _REQUIRED) -> float:
        """A number from 0 to 1."""
        return self.number(name, default, most=1.0)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise self.refuse(name, f"must be true or false, and is {_shown(value)}")
        return value

    def is_text(self, name: str) -> bool:
        """Whether the field is there, and a text."""
        return isinstance(self._table.get(name), str)

    def text(self, name: str, default: str = _REQUIRED) -> str:
        """A text that is not empty."""
        value = self._value(name, default)
        if not isinstance(value, str) or not value:
            raise self.refuse(name, f"must be a text, and is {_shown(value)}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(
            Fields({"": value}, self.path(f"{name}[{index}]")).text("")
            for index, value in enumerate(self.items(name))
        )

    def numbers(self, name: str, *, length: int | None = None) -> tuple[float, ...]:
        """A list of numbers from 0, so many if `length` says so."""
        values = self.items(name)
        if length is not None and len(values) != length:
            raise self.refuse(name, f"must have {length} numbers, and has {len(values)}")
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
                raise self.refuse(name, f"must have numbers from 0, and has {_shown(value)}")
        return tuple(values)

    def weights(self, name: str) -> tuple[tuple[str, float], ...]:
        """A table of names with numbers above 0, in its order."""
        table = self.table(name)
        weights = tuple(
            (key, table.number(key))
            for key in table._table  # noqa: SLF001  # of our own class
        )
        if not weights or any(weight == 0 for _, weight in weights):
            raise self.refuse(name, "must have names with numbers above 0")
        return weights

    def items(self, name: str) -> list[Any]:
        """A list of anything."""
        value = self._value(name, _REQUIRED)
        if not isinstance(value, list):
            raise self.refuse(name, f"must be a list, and is {_shown(value)}")
        return value

    def table(self, name: str) -> Fields:
        """A table within this one."""
        return Fields(self._value(name, _REQUIRED), self.path(name))

    def tables(self, name: str) -> list[Fields]:
        """The tables of a list, none when it is not there."""
        if name not in self._table:
            self._read.add(name)
            return []
        return [
            Fields(value, f"{self.path(name)}[{index}]")
            for index, value in enumerate(self.items(name))
        ]

    def law(self, name: str, default: Law = _REQUIRED) -> Law:
        """How long something takes: see `read_law`."""
        if name not in self._table and default is not _REQUIRED:
            self._read.add(name)
            return default
        return read_law(self._value(name, _REQUIRED), self.path(name))

    def _value(self, name: str, default: Any) -> Any:
        self._read.add(name)
        value = self._table.get(name, default)
        if value is _REQUIRED:
            raise self.refuse(name, "is missing")
        return value


def read_law(value: object, path: str) -> Law:
    """A law as it is written in a scenario.

    `120` or `{ seconds = 120 }`: always so many seconds. `{ mean_seconds = 120 }`: exponential.
    `{ mean_seconds = 120, cv = 0.5 }`: lognormal. `"never"`.
    """
    if value == "never":
        return Never()
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = {"seconds": value}
    if not isinstance(value, Mapping):
        raise InvalidScenario(path, f"must be seconds, a table or 'never', and is {_shown(value)}")
    fields = Fields(value, path)
    law: Law
    if "seconds" in fields:
        law = Constant(fields.seconds("seconds"))
    else:
        mean_us = fields.number("mean_seconds", least=1e-6) * SECOND_US
        law = Exponential(mean_us)
        if "cv" in fields:
            law = Lognormal(mean_us, fields.number("cv", least=1e-6, most=100.0))
    fields.finish()
    return law


def _shown(value: object) -> str:
    return f"{value!r:.60}"
