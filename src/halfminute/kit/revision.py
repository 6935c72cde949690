"""The word by which it is known whether something is still what somebody saw."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

_LENGTH: Final = 32


def revision_of(seen: Any) -> str:
    """Hexadecimal digits: the same for what is equal as JSON, and in practice for nothing else."""
    as_json = msgspec.to_builtins(seen, str_keys=True)
    return hashlib.sha256(msgspec.json.encode(as_json, order="sorted")).hexdigest()[:_LENGTH]
