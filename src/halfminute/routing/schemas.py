"""What offers look like on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from halfminute.agents.types import AgentId
from halfminute.conversations.types import ConversationId
from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment
from halfminute.queues.types import QueueId
from halfminute.routing.types import OfferId, OfferState


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation shown to one agent, until it expires."""

    id: OfferId
    number: int
    conversation_id: ConversationId
    agent_id: AgentId
    queue_id: QueueId
    state: OfferState
    epoch: int
    offered_at: Moment
    expires_at: Moment
    reason: str


class OfferAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agent takes the offer that it was shown under this epoch."""

    epoch: int


class OfferRefusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agent does not take it."""

    epoch: int
    reason: Annotated[str, msgspec.Meta(max_length=100, pattern=STORABLE)] = ""
