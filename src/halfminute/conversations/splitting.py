"""Splits a text that its channel cannot carry as one message, where a reader would.

Between paragraphs if that wastes no more than half a message, else between lines, sentences, words,
characters. A mark (link, bold words) that fits into a message is never cut; a longer one goes on in
the next. Characters are what a reader takes for one: a base with its marks, an emoji with its skin,
a family, a flag. https://www.unicode.org/reports/tr29/#Grapheme_Cluster_Boundary_Rules, without
the syllables of Hangul and of Indic scripts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from halfminute.sdk.model import Entity, TextPart

# How much of the channel's limit a text takes.
Measure = Callable[[str], int]

_JOINER: Final = "\u200d"
# The place after each of these is where a piece may end, best first.
_ENDS: Final = tuple(
    re.compile(pattern)
    for pattern in (r"\n[^\S\n]*\n\s*", r"\n\s*", r"[.!?…][\"'»”)\]]*\s+", r"\s+")
)


def split_text(part: TextPart, limit: int, measure: Measure) -> Iterator[TextPart]:
    """The text in pieces that each measure at most `limit`, without the white space between."""
    start = 0
    while start < len(part.text):
        end = _fitting_end(part.text, start, limit, measure)
        if end < len(part.text):
            end = _best_end(part, start, end, limit, measure)
        piece = _cut(part, start, end)
        if piece.text:
            yield piece
        start = end


def is_inside_character(text: str, place: int) -> bool:
    """Whether a cut before the code point at `place` would cut what a reader takes for one."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if _JOINER in (before, after) or (before, after) == ("\r", "\n"):
        return True
    if _is_flag_letter(before) and _is_flag_letter(after):
        return _count_flag_letters(text, place) % 2 == 1
    return _extends(after)


def _fitting_end(text: str, start: int, limit: int, measure: Measure) -> int:
    """The last place up to which the text fits; one code point always does."""
    end = min(len(text), start + limit)
    while end > start + 1 and (excess := measure(text[start:end]) - limit) > 0:
        # A code point measures two at most.
        end -= max(1, excess // 2)
    return end


def _best_end(part: TextPart, start: int, end: int, limit: int, measure: Measure) -> int:
    whole = [e for e in part.entities if measure(part.text[e.offset : e.end]) <= limit]

    def may_end_at(place: int) -> bool:
        cuts_mark = any(entity.offset < place < entity.end for entity in whole)
        return not cuts_mark and not is_inside_character(part.text, place)

    # What is left out at the end of a piece may reach beyond the limit.
    window = part.text[: end + 1]
    for level, pattern in enumerate(_ENDS):
        least = start + (end - start) // 2 if level < len(_ENDS) - 1 else start
        for found in reversed(list(pattern.finditer(window, start))):
            place = min(found.end(), end)
            if place > least and found.start() > start and may_end_at(place):
                return place
    return next((place for place in range(end, start, -1) if may_end_at(place)), end)


def _cut(part: TextPart, start: int, end: int) -> TextPart:
    """The piece without white space around it, with its share of the marks."""
    piece = part.text[start:end]
    first = start + len(piece) - len(piece.lstrip()) if start else 0
    last = end if end == len(part.text) else start + len(piece.rstrip())
    if last <= first:
        return TextPart(text="")
    shares = (_share_of(entity, first, last) for entity in part.entities)
    return TextPart(
        text=part.text[first:last], entities=tuple(share for share in shares if share is not None)
    )


def _share_of(entity: Entity, first: int, last: int) -> Entity | None:
    begins, ends = max(entity.offset, first), min(entity.end, last)
    if begins >= ends:
        return None
    return msgspec.structs.replace(entity, offset=begins - first, length=ends - begins)


def _extends(character: str) -> bool:
    """Marks, variation selectors, skins, and the letters of tags."""
    is_skin = "\U0001f3fb" <= character <= "\U0001f3ff"
    is_tag = "\U000e0020" <= character <= "\U000e007f"
    return is_skin or is_tag or unicodedata.category(character) in ("Mn", "Me", "Mc")


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _count_flag_letters(text: str, place: int) -> int:
    """How many stand in a row before the place."""
    count = 0
    while count < place and _is_flag_letter(text[place - 1 - count]):
        count += 1
    return count
