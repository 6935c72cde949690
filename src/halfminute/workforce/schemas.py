"""What settings that are tried on a recorded day look like on the wire."""

from __future__ import annotations

from datetime import date
from typing import Literal, NewType
from uuid import UUID

import msgspec

from halfminute.queues.schemas import QueueChange

ReplayId = NewType("ReplayId", UUID)
ReplayState = Literal["running", "done", "failed", "cancelled"]
Trust = Literal["close", "fair", "poor"]


class NewReplay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of a queue that are to be tried, and who would serve it (None: who does)."""

    queue_id: UUID
    queue: QueueChange


class ReplayFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What became of those who came. A ratio is None where there is nothing to divide by.

    `waiting`: at the end of the day, or of what is recorded of it; of no wait below.

    `service_level`: answered within the targets of their queues, as they would be, of all that
    came. `solved_within_180_ratio`: of the answered.
    """

    conversations: int
    answered: int
    abandoned: int
    waiting: int
    mean_wait_seconds: float | None
    longest_wait_seconds: float | None
    service_level: float | None
    abandon_ratio: float | None
    solved_within_180_ratio: float | None


class ReplayColumns(msgspec.Struct, frozen=True, kw_only=True):
    """A day as it was recorded, and replayed as all is configured and as it would be.

    None: nobody came to that queue.
    """

    recorded: ReplayFigures | None = None
    as_is: ReplayFigures | None = None
    as_would_be: ReplayFigures | None = None


class ReplayedQueue(ReplayColumns, frozen=True, kw_only=True):
    """One queue. `target_seconds` as it would be."""

    queue_id: UUID
    name: str
    target_seconds: int


class ReplayResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay shows. `total`: None for whoever does not see all queues.

    `trust`: how near the replay as all is configured comes to what was recorded. `is_whole`: the
    log has the whole day. `is_configured_since`: queues, agents or skills were configured since
    that day began, and the replay goes by what they are now.
    """

    trust: Trust
    is_whole: bool
    is_configured_since: bool
    total: ReplayColumns | None
    queues: list[ReplayedQueue]
    moved_to_another_queue: int
    moved_to_another_agent: int


class ReplayView(msgspec.Struct, frozen=True, kw_only=True):
    """A replay. `progress` is a share of 1; `result` is there once it is `done`.

    `error_code` and `error_message` say why one has `failed`; `replay_lost`: its process is no
    more.
    """

    id: ReplayId
    queue_id: UUID
    day: date
    time_zone: str
    state: ReplayState
    progress: float
    error_code: str
    error_message: str
    result: ReplayResult | None
