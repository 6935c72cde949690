"""The values that events, commands and the router's state are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from halfminute_engine.routing.errors import InvalidValue

ConversationId = NewType("ConversationId", str)
AgentId = NewType("AgentId", str)
QueueId = NewType("QueueId", str)
OfferNumber = NewType("OfferNumber", int)
TimerId = NewType("TimerId", str)

GREATEST_TOTAL_UNITS = 1_000_000


class Presence(StrEnum):
    """What an agent says of itself. Only an available agent receives offers."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"
    OFFLINE = "offline"


class WrapUpKind(StrEnum):
    """How long an agent's capacity stays held after its handling has ended."""

    NONE = "none"
    FIXED = "fixed"
    OPEN = "open"


class RefusalCause(StrEnum):
    """Whose facts had changed when an offer could not be committed."""

    AGENT = "agent"
    CONVERSATION = "conversation"


class WithdrawalReason(StrEnum):
    """Why the router takes an offer back."""

    TIMED_OUT = "timed_out"
    AGENT_UNAVAILABLE = "agent_unavailable"
    CONVERSATION_WITHDRAWN = "conversation_withdrawn"
    SUPERSEDED = "superseded"


class StrandedReason(StrEnum):
    """Why the router cannot go on with a conversation."""

    QUEUE_UNKNOWN = "queue_unknown"
    QUEUE_REMOVED = "queue_removed"
    AGENT_REMOVED = "agent_removed"


def require_not_negative(name: str, value: int) -> None:
    """Raise `InvalidValue` naming the field when `value` is below zero."""
    if value < 0:
        raise InvalidValue(f"{name} must not be negative: {value}")


@dataclass(frozen=True, slots=True)
class WrapUp:
    """A queue's wrap-up: none, a fixed time, or open until the agent says it has finished.

    `duration_us` counts for the fixed kind alone. A fixed wrap-up of zero is none. `extension_us`
    is by how much an agent may lengthen a fixed one, once; zero: not at all.
    """

    kind: WrapUpKind = WrapUpKind.NONE
    duration_us: int = 0
    extension_us: int = 0

    def __post_init__(self) -> None:
        require_not_negative("wrap_up.duration_us", self.duration_us)
        require_not_negative("wrap_up.extension_us", self.extension_us)


NO_WRAP_UP = WrapUp()


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much an agent carries at once: `total_units`, of which each channel kind takes a weight.

    A channel kind without a weight is never offered to the agent. A weight of zero always fits.

    `interrupts` are pairs of a kind and the kinds that it may interrupt: what the agent has of
    these is left out of the sum when one of the first arrives. `limits` are pairs of a kind and how
    many of it the agent has at once at the most, whatever room there is.
    """

    total_units: int = 100
    weights: tuple[tuple[str, int], ...] = ()
    interrupts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limits: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.total_units <= GREATEST_TOTAL_UNITS:
            raise InvalidValue(
                f"capacity.total_units must be 1 to {GREATEST_TOTAL_UNITS}: {self.total_units}"
            )
        for kind, units in self.weights:
            require_not_negative(f"capacity.weights[{kind}]", units)
        require_distinct("capacity.weights", tuple(kind for kind, _ in self.weights))
        require_distinct("capacity.interrupts", tuple(kind for kind, _ in self.interrupts))
        require_distinct("capacity.limits", tuple(kind for kind, _ in self.limits))
        for kind, interrupted in self.interrupts:
            require_distinct(f"capacity.interrupts[{kind}]", interrupted)
            if kind in interrupted:
                raise InvalidValue(f"capacity.interrupts[{kind}] must not name itself")
        for kind, count in self.limits:
            if count < 1:
                raise InvalidValue(f"capacity.limits[{kind}] must be positive: {count}")

    @property
    def is_plain(self) -> bool:
        """Whether the sum of all units alone says what fits."""
        return not (self.interrupts or self.limits)

    def interrupted_by(self, channel_kind: str) -> tuple[str, ...]:
        """The kinds that one of this kind may interrupt."""
        return dict(self.interrupts).get(channel_kind, ())

    def limit_for(self, channel_kind: str) -> int | None:
        """How many of the kind the agent has at once at the most; None: as many as fit."""
        return dict(self.limits).get(channel_kind)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A skill that the conversation's agent must have, at this level or above."""

    skill: str
    least_level: int = 1


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that the driver must have running: `TimerElapsed` is due at `due_us`."""

    timer_id: TimerId
    due_us: int


def require_distinct(name: str, items: tuple[str, ...]) -> None:
    """Raise `InvalidValue` naming the field when an item appears twice."""
    if len(items) > 1 and len(set(items)) != len(items):
        raise InvalidValue(f"{name} names something twice: {items}")
