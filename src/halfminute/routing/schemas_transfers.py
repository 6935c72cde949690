"""What it takes to pass a conversation on."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from halfminute.agents.types import AgentId, Presence
from halfminute.conversations.texts import NOTE_LIMIT
from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment
from halfminute.queues.types import QueueId


class NewTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a conversation is to go; `client_id` is of the screen's own making, once a transfer.

    To a queue, or to an agent, who is asked first while it waits in the queue it is in. `note`:
    words for who has it next; the customer never sees them.
    """

    client_id: UUID
    queue_id: UUID | None = None
    agent_id: UUID | None = None
    note: Annotated[str, msgspec.Meta(max_length=NOTE_LIMIT, pattern=STORABLE)] = ""


class NewReassignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is given a conversation without being asked; the rest is as of a transfer."""

    client_id: UUID
    agent_id: UUID
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


class AgentTarget(msgspec.Struct, frozen=True, kw_only=True):
    """An agent to whom a conversation can be passed on, and whether that one could take it now.

    `can_take`: `now`; `full`: there is no room; `busy`, `away`, `offline`: the presence; `channel`:
    never, it takes nothing from there.
    """

    id: AgentId
    name: str
    presence: Presence
    presence_reason: str
    serves_queue: bool
    can_take: Literal["now", "full", "busy", "away", "offline", "channel"]


class TransferTargets(msgspec.Struct, frozen=True, kw_only=True):
    """Where a conversation can go, by name."""

    queues: list[QueueTarget]
    agents: list[AgentTarget]
