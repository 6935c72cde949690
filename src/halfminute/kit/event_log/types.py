"""What the log holds, as values."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec


class NewEvent(NamedTuple):
    """A fact about to be appended to one stream. `data` holds identifiers and numbers only."""

    stream: str
    type: str
    data: dict[str, Any]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in the log."""

    xid: int
    position: int
    stream: str
    seq: int
    at: datetime
    type: str
    data: dict[str, Any]


class Cursor(NamedTuple):
    """How far a reader of the whole log has come.

    Everything up to (xid, position) is taken for good. `ahead` are the positions taken beyond it,
    while an older transaction was still running.
    """

    xid: int
    position: int
    ahead: frozenset[int] = frozenset()


def stream_name(kind: str, identifier: UUID | str) -> str:
    """The stream of one thing: `conversation:0190...`."""
    return f"{kind}:{identifier}"
