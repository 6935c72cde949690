"""Turns events, commands and the router's state into plain JSON values and back, strictly.

The shape follows the field names of the dataclasses. Tuples become lists. A mapping becomes a list
of [key, value] pairs, since the order of its items is part of the state and a JSON object need not
keep one. A field that is absent takes its default, so that an older journal can still be read when
a field has been added; a field that is unknown is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from halfminute_engine.routing.commands import Command
from halfminute_engine.routing.errors import MalformedDocument
from halfminute_engine.routing.events import Event

Plain = Any
"""A JSON value: str, int, bool, None, or a list or dict of them. Never a float."""

Decoder = Callable[[Plain], Any]
T = TypeVar("T")

_UNIONS = (Union, type(int | str))
_decoders: dict[Any, Decoder] = {}
_field_names: dict[type[Any], tuple[str, ...]] = {}


def event_to_dict(event: Event) -> dict[str, Plain]:
    """The event as a plain dict with its class name under "type"."""
    return _tagged(event)


def event_from_dict(document: Mapping[str, Plain]) -> Event:
    """The event that `event_to_dict` wrote; raises `MalformedDocument` or `InvalidValue`."""
    return cast("Event", _untagged(document, _EVENT_TYPES))


def command_to_dict(command: Command) -> dict[str, Plain]:
    """The command as a plain dict with its class name under "type"."""
    return _tagged(command)


def command_from_dict(document: Mapping[str, Plain]) -> Command:
    """The command that `command_to_dict` wrote; raises `MalformedDocument`."""
    return cast("Command", _untagged(document, _COMMAND_TYPES))


def to_plain(value: Any) -> Plain:
    """The plain JSON form of a dataclass, collection or scalar."""
    kind = type(value)
    if kind is str or kind is int or value is None or kind is bool:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return [[to_plain(key), to_plain(item)] for key, item in value.items()]
    return {name: to_plain(getattr(value, name)) for name in _names_of(kind)}


def _names_of(target: type[Any]) -> tuple[str, ...]:
    names = _field_names.get(target)
    if names is None:
        names = _field_names[target] = tuple(field.name for field in fields(target))
    return names


def from_plain(target: type[T], document: Plain) -> T:
    """The value of dataclass `target` that `to_plain` wrote; raises `MalformedDocument`."""
    return cast("T", _decoder_for(target)(document))


def _tagged(value: Any) -> dict[str, Plain]:
    return {"type": type(value).__name__, **to_plain(value)}


def _untagged(document: Mapping[str, Plain], types: Mapping[str, type]) -> Any:
    if not isinstance(document, Mapping):
        raise MalformedDocument(f"expected an object, got {document!r:.80}")
    tag = document.get("type")
    target = types.get(tag) if isinstance(tag, str) else None
    if target is None:
        raise MalformedDocument(f"unknown type {tag!r:.80}")
    return _decoder_for(target)({key: item for key, item in document.items() if key != "type"})


def _decoder_for(hint: Any) -> Decoder:
    decoder = _decoders.get(hint)
    if decoder is None:
        decoder = _decoders[hint] = _build_decoder(getattr(hint, "__supertype__", hint))
    return decoder


def _build_decoder(hint: Any) -> Decoder:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in _UNIONS:
        return _optional_decoder(arguments)
    if origin is tuple:
        return _tuple_decoder(arguments)
    if origin is dict:
        return _dict_decoder(arguments)
    if is_dataclass(hint):
        return _dataclass_decoder(cast("type[Any]", hint))
    if issubclass(hint, Enum):
        return _enum_decoder(hint)
    return _scalar_decoder(hint)


def _scalar_decoder(expected: type) -> Decoder:
    def decode(document: Plain) -> Any:
        if type(document) is not expected:
            raise MalformedDocument(f"expected {expected.__name__}, got {document!r:.80}")
        return document

    return decode


def _enum_decoder(expected: type[Enum]) -> Decoder:
    def decode(document: Plain) -> Any:
        try:
            return expected(document)
        except ValueError:
            raise MalformedDocument(f"no {expected.__name__} is {document!r:.80}") from None

    return decode


def _optional_decoder(arguments: tuple[Any, ...]) -> Decoder:
    (inner,) = (_decoder_for(item) for item in arguments if item is not type(None))
    return lambda document: None if document is None else inner(document)


def _list_of(document: Plain) -> list[Plain]:
    if not isinstance(document, list):
        raise MalformedDocument(f"expected a list, got {document!r:.80}")
    return document


def _tuple_decoder(arguments: tuple[Any, ...]) -> Decoder:
    if len(arguments) == 2 and arguments[1] is ...:
        item = _decoder_for(arguments[0])
        return lambda document: tuple(item(entry) for entry in _list_of(document))
    items = tuple(_decoder_for(argument) for argument in arguments)

    def decode(document: Plain) -> Any:
        entries = _list_of(document)
        if len(entries) != len(items):
            raise MalformedDocument(f"expected {len(items)} items, got {document!r:.80}")
        return tuple(item(entry) for item, entry in zip(items, entries, strict=True))

    return decode


def _dict_decoder(arguments: tuple[Any, ...]) -> Decoder:
    pair = _tuple_decoder(arguments)

    def decode(document: Plain) -> Any:
        return dict(pair(entry) for entry in _list_of(document))

    return decode


def _dataclass_decoder(target: type[Any]) -> Decoder:
    hints = get_type_hints(target)
    known = {field.name: _decoder_for(hints[field.name]) for field in fields(target)}
    required = [
        field.name
        for field in fields(target)
        if field.default is MISSING and field.default_factory is MISSING
    ]

    def decode(document: Plain) -> Any:
        if not isinstance(document, Mapping):
            raise MalformedDocument(f"expected {target.__name__}, got {document!r:.80}")
        if document.keys() != known.keys():
            _check_names(target, document, known, required)
        return target(**{name: known[name](item) for name, item in document.items()})

    return decode


def _check_names(
    target: type[Any], document: Mapping[str, Plain], known: Mapping[str, Any], required: list[str]
) -> None:
    for name in required:
        if name not in document:
            raise MalformedDocument(f"{target.__name__} lacks {name}")
    for name in document:
        if name not in known:
            raise MalformedDocument(f"{target.__name__} has no {name!r:.80}")


def _by_name(union: Any) -> dict[str, type]:
    return {member.__name__: member for member in get_args(union)}


_EVENT_TYPES = _by_name(Event)
_COMMAND_TYPES = _by_name(Command)
