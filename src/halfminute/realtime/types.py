"""Streams as subscribers name them, and who the subscribers are."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias
from uuid import UUID

from halfminute.identity.principals import Principal

# What a view may show: all to those who work here, less to the contact in the conversation.
Audience: TypeAlias = Literal["user", "contact"]


class StreamKey(NamedTuple):
    """What a stream is about."""

    kind: str
    id: UUID


def parse_stream(stream: str) -> StreamKey | None:
    """The parts of `conversation:0190...`; None if it is not written exactly so."""
    kind, _, identifier = stream.partition(":")
    try:
        key = StreamKey(kind, UUID(identifier))
    except ValueError:
        return None
    return key if stream == f"{key.kind}:{key.id}" else None


def audience_of(principal: Principal) -> Audience:
    """What the principal's frames may show."""
    return "contact" if principal.kind == "conversation" else "user"
