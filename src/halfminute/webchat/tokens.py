"""The tokens by which visitors are known: 256 random bits, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final, NamedTuple

_BYTES: Final = 32
# More than any token of ours has: nothing longer is hashed.
_LONGEST: Final = 100


class Token(NamedTuple):
    """A new token and what is stored of it."""

    text: str
    hash: bytes


def make_token() -> Token:
    """A token that nobody has."""
    text = secrets.token_urlsafe(_BYTES)
    return Token(text, _hash(text))


def hash_token(text: str) -> bytes | None:
    """What would be stored of a token that somebody shows; None for what is none."""
    return _hash(text) if 0 < len(text) <= _LONGEST and text.isascii() else None


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
