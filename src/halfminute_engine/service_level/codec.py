"""Counters as plain JSON objects, to be stored and read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TypeVar

from halfminute_engine.service_level.counters import Counters
from halfminute_engine.service_level.durations import DurationTally
from halfminute_engine.service_level.errors import MalformedDocument

Plain = int | dict[str, "Plain"]
C = TypeVar("C", bound=Counters)

_TALLY_NUMBERS = ("count", "total_us", "longest_us")


def to_plain(counters: Counters) -> dict[str, Plain]:
    """The counters by their names, without those that are zero."""
    plain: dict[str, Plain] = {}
    for each in fields(counters):
        value = getattr(counters, each.name)
        if isinstance(value, DurationTally):
            if value.count:
                plain[each.name] = _tally_to_plain(value)
        elif value:
            plain[each.name] = value
    return plain


def from_plain(kind: type[C], plain: Mapping[str, object]) -> C:
    """The counters that `to_plain` wrote; raises `MalformedDocument`.

    What is not named is zero, so counters that were added later can read what is older. A name that
    nobody knows is refused: to drop it would lose a count.
    """
    counters = kind()
    known = {each.name for each in fields(kind)}
    for name, value in plain.items():
        if name not in known:
            raise MalformedDocument(f"{kind.__name__} has no {name!r:.80}")
        is_tally = isinstance(getattr(counters, name), DurationTally)
        setattr(counters, name, _tally_from_plain(value) if is_tally else _whole(name, value))
    return counters


def _tally_to_plain(tally: DurationTally) -> dict[str, Plain]:
    return {
        **{name: getattr(tally, name) for name in _TALLY_NUMBERS},
        "histogram": {str(bucket): count for bucket, count in sorted(tally.histogram.items())},
    }


def _tally_from_plain(plain: object) -> DurationTally:
    if not isinstance(plain, Mapping) or set(plain) != {*_TALLY_NUMBERS, "histogram"}:
        raise MalformedDocument(f"expected a tally, got {plain!r:.80}")
    histogram = plain["histogram"]
    if not isinstance(histogram, Mapping):
        raise MalformedDocument(f"expected a histogram, got {histogram!r:.80}")
    count, total_us, longest_us = (_whole(name, plain[name]) for name in _TALLY_NUMBERS)
    buckets = {_bucket(bucket): _whole(bucket, count) for bucket, count in histogram.items()}
    if sum(buckets.values()) != count:
        raise MalformedDocument(f"the histogram does not hold {count}: {plain!r:.80}")
    return DurationTally(count, total_us, longest_us, buckets)


def _bucket(name: object) -> int:
    if not isinstance(name, str) or not name.isdecimal():
        raise MalformedDocument(f"expected a bucket, got {name!r:.80}")
    return int(name)


def _whole(name: object, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MalformedDocument(f"{name} must be a whole number from zero: {value!r:.80}")
    return value
