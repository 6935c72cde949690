"""Where one conversation, and one agent, have got to in the replay."""

from __future__ import annotations

from enum import IntEnum

from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    OfferNumber,
    Presence,
    QueueId,
    WrapUp,
    WrapUpKind,
)
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.simulation.replay.recorded import Handling, RecordedStay

# A wrap-up of this length is none: the driver has every wrap-up end by a timer.
_NO_WRAP_UP_US = 1


class Stage(IntEnum):
    """What of it is under way. `STRANDED`: no queue has it any more."""

    WAITING = 0
    TALK = 1
    WRAP_UP = 2
    OVER = 3
    STRANDED = 4


class ReplayedStay:
    """One recorded stay under way. `queue_id` and `entered_us` follow it from queue to queue.

    `counters` are those of the queue and the time at which it came there. `has_ended`: its wait
    has, by an agent's first words or otherwise.
    """

    __slots__ = (
        "agent_id",
        "attempts",
        "counters",
        "ended_talk_us",
        "entered_us",
        "handling",
        "has_ended",
        "index",
        "is_answered",
        "is_called_back",
        "offer_number",
        "queue_id",
        "stage",
        "stay",
        "taken_us",
    )

    def __init__(self, index: int, stay: RecordedStay) -> None:
        self.index = index
        self.stay = stay
        self.stage = Stage.WAITING
        self.queue_id: QueueId = stay.queue_id
        self.entered_us = stay.queued_us
        self.counters: ContactCounters | None = None
        self.handling: Handling | None = None
        self.agent_id: AgentId | None = None
        self.taken_us = 0
        self.ended_talk_us = 0
        self.attempts = 0
        self.offer_number: OfferNumber | None = None
        self.has_ended = False
        self.is_answered = False
        self.is_called_back = False


class ReplayedAgent:
    """An agent as recorded, and what the replay has given them.

    `units` are taken of the capacity; `rung_out` offers have rung out.
    """

    __slots__ = (
        "capacity",
        "is_not_responding",
        "number",
        "presence",
        "rung_out",
        "units",
        "weights",
    )

    def __init__(self, number: int, capacity: Capacity) -> None:
        self.number = number
        self.rung_out = 0
        self.capacity = capacity
        self.weights = dict(capacity.weights)
        self.presence = Presence.OFFLINE
        self.is_not_responding = False
        self.units = 0

    @property
    def is_there(self) -> bool:
        """Whether they could take something by themselves."""
        return self.presence is not Presence.OFFLINE and not self.is_not_responding

    def has_room(self, channel_kind: str) -> bool:
        """Whether one more of the kind fits, taken by themselves: of any kind."""
        return self.units + self.weights.get(channel_kind, 0) <= self.capacity.total_units

    def change_units(self, channel_kind: str, sign: int) -> None:
        """One more of the kind, or one less."""
        self.units += sign * self.weights.get(channel_kind, 0)


def takes_time(wrap_up: WrapUp) -> bool:
    """Whether there is one."""
    if wrap_up.kind is WrapUpKind.FIXED:
        return wrap_up.duration_us > _NO_WRAP_UP_US
    return wrap_up.kind is WrapUpKind.OPEN
