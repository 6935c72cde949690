"""What of strangers' words PostgreSQL can store.

It refuses the character NUL in text and jsonb (manual, 8.14 and 8.3), and UTF-8 has no lone
surrogates. Both become U+FFFD, which is one code point as well, so that offsets stay true.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from halfminute.sdk.model import Part, encode_parts

_REPLACEMENT: Final = "\ufffd"
_ESCAPED_NUL: Final = b"\\u0000"


def storable_text(text: str, length: int | None = None) -> str:
    """The text, cut to `length` code points, with what cannot be stored replaced."""
    if length is not None:
        text = text[:length]
    if text.isascii():
        return text.replace("\0", _REPLACEMENT) if "\0" in text else text
    cleaned = text.replace("\0", _REPLACEMENT)
    try:
        cleaned.encode()
    except UnicodeEncodeError:
        return "".join(_REPLACEMENT if "\ud800" <= each <= "\udfff" else each for each in cleaned)
    return cleaned


def storable_parts(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts, with what cannot be stored replaced."""
    try:
        # The bytes may also be a backslash that was written before "u0000": cleaning is harmless.
        if _ESCAPED_NUL not in encode_parts(parts):
            return parts
    except UnicodeEncodeError:
        pass
    return msgspec.convert(storable_json(msgspec.to_builtins(parts)), tuple[Part, ...])


def storable_json(value: Any) -> Any:
    """Strings, lists and dictionaries, with what cannot be stored replaced."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, (list, tuple)):
        return [storable_json(each) for each in value]
    if isinstance(value, dict):
        return {storable_text(key): storable_json(each) for key, each in value.items()}
    return value
