"""Slips of the finger, as people make them on a telephone."""

from __future__ import annotations

import re
from random import Random
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]{4,}")


def slip(text: str, chance: Random, likelihood: float) -> str:
    """The text, perhaps with one letter lost, doubled or swapped with its neighbour."""
    words = list(_WORD.finditer(text))
    if not words or chance.random() >= likelihood:
        return text
    word = chance.choice(words)
    at = chance.randrange(word.start() + 1, word.end() - 1)
    pair = text[at : at + 2]
    slipped = chance.choice((pair[1], pair[0] + pair, pair[::-1]))
    return text[:at] + slipped + text[at + 2 :]
