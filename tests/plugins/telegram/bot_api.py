"""What the Bot API publishes of its methods, and whether a call keeps to it.

`bot_api.json` lists every method with its fields and the types that they lead to, each field as
`type` or, if it is required, `type!`. It is made of the types that aiogram generates from
https://core.telegram.org/bots/api: `python -m tests.plugins.telegram.bot_api` writes it anew.
Deprecated fields are left out. A type is a name of the reference, `='constant'`, several of them
with `|` between, or `Array of A or B`.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Union, get_args, get_origin

import msgspec

PATH: Final = Path(__file__).with_name("bot_api.json")

_PLAIN: Final = {
    int: "Integer",
    str: "String",
    bool: "Boolean",
    float: "Float",
    datetime: "Integer",
    timedelta: "Integer",
}
_ATTACHED: Final = "attach://"


class Reference(msgspec.Struct, frozen=True):
    """Methods and types, each with its fields."""

    version: str
    methods: dict[str, dict[str, str]]
    types: dict[str, dict[str, str]]


@cache
def reference() -> Reference:
    """The published list."""
    return msgspec.json.decode(PATH.read_bytes(), type=Reference)


# --- Checking


def faults_of(
    method: str, fields: Mapping[str, Any], uploaded: Collection[str] = (), *, is_form: bool = False
) -> list[str]:
    """What is wrong with a call; in a form every value is a string, and objects are JSON in it."""
    known = reference().methods.get(method)
    if known is None:
        return [f"{method} is no method"]
    check = _Check(frozenset(uploaded), is_form=is_form)
    given = {**fields, **{name: None for name in uploaded if name in known and name not in fields}}
    return [f"{method}{fault}" for fault in check.fields("", given, known)]


class _Check:
    def __init__(self, uploaded: frozenset[str], *, is_form: bool) -> None:
        self._uploaded = uploaded
        self._is_form = is_form

    def fields(
        self, path: str, given: Mapping[str, Any], known: Mapping[str, str]
    ) -> Iterator[str]:
        """Unknown and missing fields, and what is wrong with the others."""
        for name in given.keys() - known.keys():
            yield f"{path}.{name}: unknown"
        for name, kind in known.items():
            if name not in given:
                if kind.endswith("!"):
                    yield f"{path}.{name}: missing"
                continue
            is_file_part = given[name] is None and name in self._uploaded
            if is_file_part and "InputFile" in kind:
                continue
            value = self._opened(given[name], kind) if not path and self._is_form else given[name]
            yield from self.value(f"{path}.{name}", value, kind.rstrip("!"))

    def value(self, path: str, value: Any, kind: str) -> Iterator[str]:
        """What is wrong with a value that is to be one of these types."""
        reasons: list[str] = []
        for each in kind.split("|"):
            found = list(self._one(path, value, each))
            if not found:
                return
            reasons += found
        yield from reasons

    def _one(self, path: str, value: Any, kind: str) -> Iterator[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                yield f"{path}: {value!r} is no array"
                return
            inner = kind.removeprefix("Array of ").replace(" or ", "|")
            for position, item in enumerate(value):
                yield from self.value(f"{path}[{position}]", item, inner)
        elif kind in reference().types:
            if not isinstance(value, dict):
                yield f"{path}: {value!r} is no {kind}"
                return
            yield from self.fields(path, value, reference().types[kind])
        elif not self._is_plain(value, kind):
            yield f"{path}: {value!r} is no {kind}"

    def _is_plain(self, value: Any, kind: str) -> bool:
        if kind.startswith("="):
            return repr(value) == kind[1:]
        if kind == "InputFile":
            is_attached = isinstance(value, str) and value.startswith(_ATTACHED)
            return is_attached and value.removeprefix(_ATTACHED) in self._uploaded
        if kind == "String":
            return isinstance(value, str) and not value.startswith(_ATTACHED)
        if kind == "Boolean":
            return isinstance(value, bool)
        if kind == "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        return kind == "Float" and isinstance(value, int | float) and not isinstance(value, bool)

    def _opened(self, value: Any, kind: str) -> Any:
        """A value of a form as what it stands for."""
        if not isinstance(value, str):
            return value
        kinds = kind.rstrip("!").split("|")
        try:
            opened = msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
        is_words = "String" in kinds and not (
            "Integer" in kinds and isinstance(opened, int) and not isinstance(opened, bool)
        )
        return value if is_words else opened


# --- Making


def _make() -> Reference:
    import aiogram  # noqa: PLC0415 - loading it takes seconds, and only the making needs it
    from aiogram import methods  # noqa: PLC0415

    named: dict[str, Any] = {}
    made: dict[str, dict[str, str]] = {}
    for each in vars(methods).values():
        name = getattr(each, "__api_method__", None)
        if isinstance(name, str):
            made[name] = _fields_of(each, named)
    reached: dict[str, dict[str, str]] = {}
    while missing := named.keys() - reached.keys():
        for each in sorted(missing):
            reached[each] = _fields_of(named[each], named)
    ordered = dict(sorted(made.items()))
    return Reference(aiogram.__api_version__, ordered, dict(sorted(reached.items())))


def _fields_of(model: Any, named: dict[str, Any]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, field in model.model_fields.items():
        if (field.json_schema_extra or {}).get("deprecated"):
            continue
        kinds = dict.fromkeys(_kinds_of(field.annotation, named))
        fields[field.alias or name] = "|".join(kinds) + ("!" if field.is_required() else "")
        if isinstance(field.default, Enum) and not field.is_required():
            # A type tells by a constant which of several it is, and that is always said.
            fields[field.alias or name] += "!"
    return fields


def _kinds_of(annotation: Any, named: dict[str, Any]) -> Iterator[str]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        for each in get_args(annotation):
            yield from _kinds_of(each, named)
    elif origin is list:
        inner = dict.fromkeys(_kinds_of(get_args(annotation)[0], named))
        yield f"Array of {' or '.join(inner)}"
    elif origin is Literal:
        for constant in get_args(annotation):
            value = constant.value if isinstance(constant, Enum) else constant
            yield "Boolean" if value is True else f"={value!r}"
    elif annotation in _PLAIN:
        yield _PLAIN[annotation]
    elif inspect.isclass(annotation) and annotation.__name__ == "InputFile":
        yield "InputFile"
    elif inspect.isclass(annotation) and hasattr(annotation, "model_fields"):
        named[annotation.__name__] = annotation
        yield annotation.__name__


def _write() -> None:
    made = _make()
    lines = ["{", f'"version":"{made.version}",']
    for title, group, ending in (("methods", made.methods, ","), ("types", made.types, "")):
        rows = [
            f"{msgspec.json.encode(name).decode()}:{msgspec.json.encode(fields).decode()}"
            for name, fields in group.items()
        ]
        lines += [f'"{title}":{{', ",\n".join(rows), f"}}{ending}"]
    PATH.write_text("\n".join([*lines, "}", ""]))


if __name__ == "__main__":
    _write()
