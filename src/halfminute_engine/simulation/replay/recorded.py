"""What was recorded of a day: who came, who was there, and what took how long.

Times are whole microseconds since 1970. What names an agent or a queue that the router does not
know of is harmless, as ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    Presence,
    QueueId,
    Requirement,
)


class WaitEnd(StrEnum):
    """How the wait for an agent's first words ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    DISCONNECTED = "disconnected"
    FLOWED_OUT = "flowed_out"


class OfferEnd(StrEnum):
    """How an agent has answered an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    """What became of an offer, and how long it had rung by then."""

    end: OfferEnd
    after_us: int


@dataclass(frozen=True, slots=True)
class Handling:
    """From the taking of a conversation to the end of its wrap-up.

    `first_words_us` and `solved_us` count from the taking; None: there were none, it was not.
    `is_cut_short`: the agent ended the wrap-up before its fixed time was over.
    """

    talk_us: int
    wrap_up_us: int = 0
    first_words_us: int | None = None
    solved_us: int | None = None
    is_cut_short: bool = False


@dataclass(frozen=True, slots=True)
class RecordedStay:
    """One stay of a conversation in a queue, from its coming to the end of its wrap-up.

    `queued_us` is when it came, `age_us` since when its place counts, `first_message_us` when its
    customer first wrote. `wait_end` None: when the record ends, it waits. `taken_us` is when an
    agent took it, by an offer or by themselves (`is_taken_unasked`). `handling` is None where the
    record ends before the handling, or there was none. `is_counted`: it came within the day.
    """

    conversation_id: ConversationId
    queue_id: QueueId
    channel_kind: str
    queued_us: int
    age_us: int
    first_message_us: int
    requirements: tuple[Requirement, ...] = ()
    priority_credit_us: int = 0
    wait_end: WaitEnd | None = None
    waited_us: int = 0
    taken_us: int | None = None
    agent_id: AgentId | None = None
    is_taken_unasked: bool = False
    handling: Handling | None = None
    offers: tuple[OfferAnswer, ...] = ()
    is_counted: bool = True

    @property
    def kind(self) -> tuple[QueueId, str]:
        """Those of one kind are taken for alike: of one queue, by one kind of channel."""
        return self.queue_id, self.channel_kind


@dataclass(frozen=True, slots=True)
class RecordedPresence:
    """An agent's presence from a moment on."""

    at_us: int
    agent_id: AgentId
    presence: Presence


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """All of it. `stays` and `presences` are in the order of their times.

    Stays and presences of before `start_us` are those that the day begins with; what goes on after
    `end_us` is there up to `horizon_us`, so that who came late finds the agents there were.
    `not_responding_us`: how long agents were away after an offer had rung out.
    """

    start_us: int
    end_us: int
    horizon_us: int
    stays: tuple[RecordedStay, ...]
    presences: tuple[RecordedPresence, ...]
    not_responding_us: tuple[int, ...] = ()
