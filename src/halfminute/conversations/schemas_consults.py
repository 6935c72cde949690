"""What consults look like on the wire."""

from __future__ import annotations

from uuid import UUID

import msgspec

from halfminute.conversations.types import ConsultState
from halfminute.kit.time import Moment


class ConsultView(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who was asked to help in a conversation, and until when that could be answered.

    `active`: the agent helps. It ends with the asking one's part in the conversation.
    """

    id: UUID
    conversation_id: UUID
    agent_id: UUID
    agent_name: str
    asked_by: UUID
    asked_by_name: str
    state: ConsultState
    expires_at: Moment
