"""Stretches of a file: from a place to before another."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple


class Span(NamedTuple):
    """`end` is the first place that is no longer of it."""

    start: int
    end: int


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same places in order, none twice; empty ones are gone."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def overlap(one: Iterable[Span], other: Iterable[Span]) -> bool:
    """Whether any place is of both."""
    marked = [(span, 0) for span in merge(one)] + [(span, 1) for span in merge(other)]
    marked.sort()
    return any(
        left_of != right_of and right.start < left.end
        for (left, left_of), (right, right_of) in pairwise(marked)
    )


def subtract(whole: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The places of `whole` that are not of `taken`."""
    rest: list[Span] = []
    holes = merge(taken)
    first = 0
    for span in merge(whole):
        place = span.start
        while first < len(holes) and holes[first].end <= place:
            first += 1
        number = first
        while number < len(holes) and holes[number].start < span.end:
            if holes[number].start > place:
                rest.append(Span(place, holes[number].start))
            place = max(place, holes[number].end)
            number += 1
        if place < span.end:
            rest.append(Span(place, span.end))
    return rest


def contain(whole: Iterable[Span], parts: Iterable[Span]) -> bool:
    """Whether all places of `parts` are of `whole`."""
    return not subtract(parts, whole)
