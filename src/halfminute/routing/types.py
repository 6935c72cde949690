"""The words of routing: ids, states and values."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NewType
from uuid import UUID

import msgspec

from halfminute.agents.types import AgentId
from halfminute.conversations.types import ConversationId
from halfminute.queues.types import QueueId

OfferId = NewType("OfferId", UUID)

OfferState = Literal["pending", "accepted", "declined", "timed_out", "withdrawn"]


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation shown to one agent, as it stands in its row.

    `epoch` is that of the router that made it; who answers an offer names it.
    """

    id: OfferId
    number: int
    conversation_id: ConversationId
    agent_id: AgentId
    queue_id: QueueId
    state: OfferState
    epoch: int
    offered_at: datetime
    expires_at: datetime
    reason: str
    channel_kind: str
