"""That somebody types, told to who looks on: true for a moment, stored nowhere, no event.

It goes by the wake-ups, which reach every process and may be lost.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

from halfminute.kit.wakeups import Wakeups

Typist: TypeAlias = Literal["agent", "contact"]

TYPING_PREFIX: Final = "typing-in"


class Typing(NamedTuple):
    """Who types in a conversation, or has stopped to."""

    stream: str
    by: Typist
    is_typing: bool


def tell_typing(wakeups: Wakeups, stream: str, by: Typist, *, is_typing: bool) -> None:
    """Show it to the other side, as far as its screens follow the stream just now."""
    wakeups.wake(f"{TYPING_PREFIX}/{by}/{int(is_typing)}/{stream}")


def read_typing(topic: str) -> Typing | None:
    """What `tell_typing` told; None for anything else."""
    match topic.split("/"):
        case [prefix, "agent" | "contact" as by, "0" | "1" as flag, stream]:
            return Typing(stream, by, flag == "1") if prefix == TYPING_PREFIX else None
    return None
