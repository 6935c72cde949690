"""The words of reports: what is remembered of a conversation, and what is counted of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, NamedTuple
from uuid import UUID

import msgspec

from halfminute_engine.service_level.counters import ContactCounters

MINUTE_US: Final = 60_000_000
QUARTER_US: Final = 15 * MINUTE_US

# `held`: an agent has it. What waits, rings included, is `waiting`.
MatterState = Literal["new", "waiting", "held", "wrap_up", "closed"]
# How a wait has ended. `disconnected`: closed by us before anybody had answered.
WaitEnd = Literal["answered", "abandoned", "disconnected", "flowed_out"]


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """What the counting remembers of one conversation, up to the event `last_seq` of its stream.

    All times are whole microseconds. The stay is the latest time in a queue: `queue_id`,
    `channel_kind`, when it began, how its wait ended (None: nobody has answered yet) and after how
    long. `has_come_back`: the customer has written since the first words of the answer.

    `earlier_waits_us`: the waits of the stays before it, together, since the conversation was
    opened or taken up again.

    `since_us` is when the part of a handling began that is under way; `talk_us` and `wrap_up_us`
    are what is over of it.
    """

    conversation_id: UUID
    last_seq: int = 0
    state: MatterState = "new"
    first_message_us: int | None = None
    queue_id: UUID | None = None
    channel_kind: str | None = None
    queued_us: int | None = None
    wait_end: WaitEnd | None = None
    waited_us: int | None = None
    has_come_back: bool = False
    is_solved: bool | None = None
    solved_us: int | None = None
    since_us: int | None = None
    talk_us: int = 0
    wrap_up_us: int = 0
    changed_us: int = 0
    earlier_waits_us: int = 0


class Presented(NamedTuple):
    """An agent's presence by the log, as of the event `last_seq` of the agent's stream."""

    agent_id: UUID
    last_seq: int
    presence: str


Book = Literal["intervals", "waits", "closings"]


class Place(NamedTuple):
    """Where something is counted.

    `intervals`: in the quarter of an hour in which the conversation came into the queue. `waits`
    and `closings`: in the minute in which the wait ended, or the conversation.
    """

    book: Book
    start_us: int
    queue_id: UUID
    channel_kind: str


class Count(msgspec.Struct, frozen=True):
    """What is counted at a place.

    `silent_count`: answered ones in which the customer never wrote again and nothing was solved, in
    `closings` alone. They may have left while they waited: an abandonment that nobody tells of.
    """

    counters: ContactCounters
    silent_count: int = 0

    def __add__(self, other: Count) -> Count:
        """Both together."""
        return Count(self.counters + other.counters, self.silent_count + other.silent_count)


class Entry(NamedTuple):
    """Something to be added at a place."""

    place: Place
    added: Count


class Cell(NamedTuple):
    """What is known of one channel kind in one queue.

    `waiting_count` wait in the queue, the first of them since `waiting_since`;
    `unanswered_count` are with an agent who has not said a word yet. `waits` and `closings` are
    those of the rolling window.
    """

    queue_id: UUID
    channel_kind: str
    waiting_count: int
    waiting_since: datetime | None
    unanswered_count: int
    waits: Count
    closings: Count


class Quarter(NamedTuple):
    """What became of those who came in a quarter of an hour, by its start."""

    start_at: datetime
    queue_id: UUID
    channel_kind: str
    counters: ContactCounters
