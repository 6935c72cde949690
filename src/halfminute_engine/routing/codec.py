"""Events and commands as plain JSON objects, each under the name of its class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from halfminute_engine.routing.commands import Command
from halfminute_engine.routing.errors import MalformedDocument
from halfminute_engine.routing.events import Event
from halfminute_engine.routing.plain import Plain, from_plain, to_plain


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


def _tagged(value: Any) -> dict[str, Plain]:
    return {"type": type(value).__name__, **to_plain(value)}


def _untagged(document: Mapping[str, Plain], types: Mapping[str, type]) -> Any:
    if not isinstance(document, Mapping):
        raise MalformedDocument(f"expected an object, got {document!r:.80}")
    tag = document.get("type")
    target = types.get(tag) if isinstance(tag, str) else None
    if target is None:
        raise MalformedDocument(f"unknown type {tag!r:.80}")
    return from_plain(target, {key: item for key, item in document.items() if key != "type"})


def _by_name(union: Any) -> dict[str, type]:
    return {member.__name__: member for member in get_args(union)}


_EVENT_TYPES = _by_name(Event)
_COMMAND_TYPES = _by_name(Command)
