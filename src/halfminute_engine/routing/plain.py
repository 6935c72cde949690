"""Turns dataclasses, collections and enums into plain JSON values and back, strictly.

The shape follows the field names of the dataclasses. Tuples become lists. A mapping becomes a list
of [key, value] pairs, since the order of its items is part of the state and a JSON object need not
keep one. A field that is absent takes its default, so that an older journal can still be read when
a field has been added; a field that is unknown is an error.

Speed counts here: a router that takes over reads a hundred thousand records before it routes. Most
of a record's fields are the same value in both forms, and which ones depends on nothing but the
types of all of its values, of which few combinations occur. So the fields to be converted are found
once for each combination (a plan), and the rest of a record is taken over as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from halfminute_engine.routing.errors import MalformedDocument

Plain = Any
"""A JSON value: str, int, bool, None, or a list or dict of them. Never a float."""

Convert = Callable[[Any], Any]
Kinds = tuple[type, ...]
Plan = tuple[tuple[int, Convert], ...]
"""The positions of a record's values that are not the same in both forms."""
T = TypeVar("T")

_UNIONS = (Union, type(int | str))
_SCALARS: frozenset[type] = frozenset({str, int, bool, type(None)})


class _Decoder(NamedTuple):
    """How a plain value is read. Values of the types in `passing` may be taken as they are."""

    read: Convert
    passing: frozenset[type] = frozenset()


_decoders: dict[Any, _Decoder] = {}
_encoders: dict[type, Convert] = {}


def to_plain(value: Any) -> Plain:
    """The plain JSON form of a dataclass, collection or scalar."""
    kind = type(value)
    return value if kind in _SCALARS else _encoder_for(kind)(value)


def from_plain(target: type[T], document: Plain) -> T:
    """The value of dataclass `target` that `to_plain` wrote; raises `MalformedDocument`."""
    return cast("T", _decoder_for(target).read(document))


def _encoder_for(kind: type[Any]) -> Convert:
    encoder = _encoders.get(kind)
    if encoder is None:
        encoder = _encoders[kind] = _build_encoder(kind)
    return encoder


def _build_encoder(kind: type[Any]) -> Convert:
    if issubclass(kind, Enum):
        return attrgetter("_value_")
    if issubclass(kind, (tuple, list)):
        return lambda items: [to_plain(item) for item in items]
    if issubclass(kind, dict):
        return lambda pairs: [[to_plain(key), to_plain(item)] for key, item in pairs.items()]
    return _record_encoder(tuple(field.name for field in fields(kind)))


def _record_encoder(names: tuple[str, ...]) -> Convert:
    take = _taker(attrgetter, names)
    plans: dict[Kinds, tuple[tuple[str, Convert], ...]] = {}

    def encode(record: Any) -> Plain:
        values = take(record)
        document = dict(zip(names, values, strict=True))
        kinds = tuple(map(type, values))
        plan = plans.get(kinds)
        if plan is None:
            plan = plans[kinds] = tuple(
                (name, _encoder_for(kind))
                for name, kind in zip(names, kinds, strict=True)
                if kind not in _SCALARS
            )
        for name, convert in plan:
            document[name] = convert(document[name])
        return document

    return encode


def _taker(getter: Callable[..., Any], names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Takes the values of these names as a tuple; attrgetter of a single name gives no tuple."""
    if len(names) == 1:
        take_one = getter(*names)
        return lambda source: (take_one(source),)
    return cast("Callable[[Any], tuple[Any, ...]]", getter(*names))


def _decoder_for(hint: Any) -> _Decoder:
    decoder = _decoders.get(hint)
    if decoder is None:
        decoder = _decoders[hint] = _build_decoder(getattr(hint, "__supertype__", hint))
    return decoder


def _build_decoder(hint: Any) -> _Decoder:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in _UNIONS:
        return _optional_decoder(arguments)
    if origin is tuple:
        return _Decoder(_tuple_reader(arguments))
    if origin is dict:
        return _Decoder(_dict_reader(arguments))
    if is_dataclass(hint):
        return _Decoder(_record_reader(cast("type[Any]", hint)))
    if issubclass(hint, Enum):
        return _Decoder(_enum_reader(hint))
    return _Decoder(_scalar_reader(hint), frozenset({hint}))


def _scalar_reader(expected: type) -> Convert:
    def read(document: Plain) -> Any:
        if type(document) is not expected:
            raise MalformedDocument(f"expected {expected.__name__}, got {document!r:.80}")
        return document

    return read


def _enum_reader(expected: type[Enum]) -> Convert:
    members = {member.value: member for member in expected}

    def read(document: Plain) -> Any:
        try:
            return members[document]
        except (KeyError, TypeError):
            raise MalformedDocument(f"no {expected.__name__} is {document!r:.80}") from None

    return read


def _optional_decoder(arguments: tuple[Any, ...]) -> _Decoder:
    (inner,) = (_decoder_for(item) for item in arguments if item is not type(None))
    read = inner.read
    return _Decoder(
        lambda document: None if document is None else read(document),
        inner.passing | {type(None)},
    )


def _list_of(document: Plain) -> list[Plain]:
    if type(document) is not list:
        raise MalformedDocument(f"expected a list, got {document!r:.80}")
    return document


def _tuple_reader(arguments: tuple[Any, ...]) -> Convert:
    if len(arguments) == 2 and arguments[1] is ...:
        read_item = _decoder_for(arguments[0]).read
        return lambda document: tuple(map(read_item, _list_of(document))) if document != [] else ()
    count = len(arguments)
    convert = _converter([_decoder_for(argument) for argument in arguments])

    def read(document: Plain) -> Any:
        entries = _list_of(document)
        if len(entries) != count:
            raise MalformedDocument(f"expected {count} items, got {document!r:.80}")
        return tuple(convert(entries))

    return read


def _dict_reader(arguments: tuple[Any, ...]) -> Convert:
    read_pair = _tuple_reader(arguments)
    return lambda document: dict(map(read_pair, _list_of(document)))


def _record_reader(target: type[Any]) -> Convert:
    hints = get_type_hints(target)
    known = {field.name: _decoder_for(hints[field.name]) for field in fields(target)}
    convert = _converter(list(known.values()))
    take, names = _taker(itemgetter, tuple(known)), known.keys()

    def read(document: Plain) -> Any:
        if type(document) is not dict:
            raise MalformedDocument(f"expected {target.__name__}, got {document!r:.80}")
        if document.keys() == names:
            return target(*convert(take(document)))
        _check_names(target, document)
        return target(**{name: known[name].read(item) for name, item in document.items()})

    return read


def _converter(decoders: list[_Decoder]) -> Callable[[Sequence[Plain]], Sequence[Any]]:
    """Converts a record's values by plans, each made for the types of values it was first met with.

    A plan is kept only when it has served, so nothing malformed adds to them.
    """
    plans: dict[Kinds, Plan] = {}

    def convert(values: Sequence[Plain]) -> Sequence[Any]:
        kinds = tuple(map(type, values))
        plan = plans.get(kinds)
        if plan == ():
            return values
        converted = list(values)
        for place, read in _plan_for(decoders, kinds) if plan is None else plan:
            converted[place] = read(converted[place])
        if plan is None:
            plans[kinds] = _plan_for(decoders, kinds)
        return converted

    return convert


def _plan_for(decoders: list[_Decoder], kinds: Kinds) -> Plan:
    return tuple(
        (place, decoder.read)
        for place, (decoder, kind) in enumerate(zip(decoders, kinds, strict=True))
        if kind not in decoder.passing
    )


def _check_names(target: type[Any], document: Mapping[str, Plain]) -> None:
    for field in fields(target):
        is_required = field.default is MISSING and field.default_factory is MISSING
        if is_required and field.name not in document:
            raise MalformedDocument(f"{target.__name__} lacks {field.name}")
    known = {field.name for field in fields(target)}
    for name in document:
        if name not in known:
            raise MalformedDocument(f"{target.__name__} has no {name!r:.80}")
