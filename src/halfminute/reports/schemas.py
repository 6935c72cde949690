"""What the wallboard looks like on the wire."""

from __future__ import annotations

from uuid import UUID

import msgspec

from halfminute.kit.time import Moment


class WallboardFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Where a queue, a channel kind or the whole stands.

    Now: `waiting_count` wait in the queue, rings included, the first since `waiting_since`;
    `unanswered_count` are with an agent who has not said a word yet.

    In the window: waits have ended after `mean_wait_seconds` on average, however they did, and the
    longest after `longest_wait_seconds`. The answered ones have waited for `asa_seconds` on average
    in their last queue, and for `asa_from_first_queue_seconds` in all their queues together.
    `answered_count` were answered, and `service_level` of all
    whose wait has ended were so within `target_seconds` of their queue. `abandoned_count`: the
    customer has ended it before anybody answered. `closed_count` are over; `solved_within_ratio` of
    the answered ones were solved within three minutes of the customer's first message.
    `silent_count` of them were answered and never heard of again, without being solved. A ratio or
    a mean of nothing is null.
    """

    waiting_count: int
    waiting_since: Moment | None
    unanswered_count: int
    answered_count: int
    mean_wait_seconds: float | None
    longest_wait_seconds: float | None
    asa_seconds: float | None
    asa_from_first_queue_seconds: float | None
    service_level: float | None
    target_seconds: int | None
    abandoned_count: int
    abandon_ratio: float | None
    silent_count: int
    closed_count: int
    solved_within_ratio: float | None


class WallboardQueue(WallboardFigures, frozen=True, kw_only=True):
    """One queue."""

    queue_id: UUID
    name: str


class WallboardChannel(WallboardFigures, frozen=True, kw_only=True):
    """One kind of channel, over all queues."""

    channel_kind: str


class WallboardQuarter(msgspec.Struct, frozen=True, kw_only=True):
    """What became by now of those who came within the quarter of an hour from `start_at` on."""

    start_at: Moment
    offered_count: int
    answered_count: int
    abandoned_count: int
    mean_wait_seconds: float | None
    service_level: float | None
    solved_within_ratio: float | None


class WallboardAgents(msgspec.Struct, frozen=True, kw_only=True):
    """How many agents there are, by their presence."""

    available: int
    busy: int
    away: int
    offline: int


class WallboardTargets(msgspec.Struct, frozen=True, kw_only=True):
    """What is promised: the mean wait, and which share is solved within how long."""

    mean_wait_seconds: int
    solved_within_seconds: int
    solved_within_ratio: float


class Wallboard(msgspec.Struct, frozen=True, kw_only=True):
    """The present picture of all that the reader may see.

    `as_of`: everything that was committed by then is in the figures. It is null before anything
    was counted. The window is the minute of `as_of` and the fourteen before it; `window_since` is
    when it begins. Agents are those whom the reader's grants cover, all else is of the queues.
    """

    as_of: Moment | None
    server_time: Moment
    window_since: Moment | None
    targets: WallboardTargets
    total: WallboardFigures
    queues: list[WallboardQueue]
    channels: list[WallboardChannel]
    agents: WallboardAgents
    quarters: list[WallboardQuarter]
