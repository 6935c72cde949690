"""What it takes to pass a conversation on."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from halfminute.conversations.texts import NOTE_LIMIT
from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment
from halfminute.queues.types import QueueId


class NewTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a conversation is to go; `client_id` is of the screen's own making, once a transfer.

    `note`: words for who has it next; the customer never sees them.
    """

    client_id: UUID
    queue_id: UUID
    note: Annotated[str, msgspec.Meta(max_length=NOTE_LIMIT, pattern=STORABLE)] = ""


class QueueTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A queue that a conversation can be passed on to, and what waits for it there.

    `available_count`: agents who serve it and take offers now. `is_present`: it is the queue that
    the conversation has already. `is_open`: by its calendar, if it has one.
    """

    id: QueueId
    name: str
    is_present: bool
    is_open: bool
    waiting_count: int
    longest_waiting_since: Moment | None
    available_count: int


class TransferTargets(msgspec.Struct, frozen=True, kw_only=True):
    """Where a conversation can go, by name."""

    queues: list[QueueTarget]
