"""What contacts are told by a queue, by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from halfminute.kit.text import STORABLE_NAME

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1000, pattern=STORABLE_NAME)]
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}$")]

_FALLBACK: Final = "en"


def choose_words(words: Mapping[str, str], language: str | None) -> str:
    """For a contact of this language: in it, else in English, else in what there is; or empty."""
    code = (language or "").partition("-")[0].lower()
    return words.get(code) or words.get(_FALLBACK) or next(iter(words.values()), "")
