"""What queues look like on the wire."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment
from halfminute.queues.types import QueueId, WrapUp


class QueueView(msgspec.Struct, frozen=True, kw_only=True):
    """A queue as screens show it. `waiting_count` includes what rings at an agent just now."""

    id: QueueId
    name: str
    target_seconds: int
    offer_timeout_seconds: int
    wrap_up: WrapUp
    wrap_up_seconds: int
    is_pull_allowed: bool
    waiting_count: int
    longest_waiting_since: Moment | None = None


class QueueSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is configured of a queue; what is left out takes its default.

    `target_seconds`: how soon a first reply is promised. The ranges are those of the table.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=STORABLE)]
    priority_credit_seconds: Annotated[int, msgspec.Meta(ge=-86_400, le=86_400)] = 0
    offer_timeout_seconds: Annotated[int, msgspec.Meta(ge=1, le=600)] = 20
    wrap_up: WrapUp = "fixed"
    wrap_up_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 30
    target_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 30
    is_pull_allowed: bool = True
    is_enabled: bool = True


class QueueAgents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who serves the queue: all of them."""

    agent_ids: list[UUID]
