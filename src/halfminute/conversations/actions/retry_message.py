"""A human has a message sent again that failed, or of which nobody knows."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.conversations.access import lock_conversation, require_hold
from halfminute.conversations.delivery.attempts import outbox_topic
from halfminute.conversations.delivery.states import EVENT_OF, TRANSITIONS, Happening
from halfminute.conversations.errors import (
    MessageNotFound,
    MessageNotRetryable,
)
from halfminute.conversations.queries import get_message_view
from halfminute.conversations.schemas import MessageView
from halfminute.conversations.sendable import require_sendable
from halfminute.conversations.tables import delivery as tables
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit, stream_name

_FROM: Final = [state for state, happening in TRANSITIONS if happening is Happening.RETRIED]
_TO: Final = TRANSITIONS["failed", Happening.RETRIED]


async def retry_message(
    log: EventLog, principal: Principal, conversation_id: UUID, message_id: UUID
) -> MessageView:
    """Put it into the outbox again, as a new attempt.

    Raises ConversationNotFound, ConversationClosed, ConversationNotYours, MessageNotFound,
    MessageNotRetryable, and what `require_sendable` raises.
    """
    async with log.write() as unit:
        locked = await lock_conversation(unit, principal, conversation_id)
        require_hold(principal, "conversation.reply", locked)
        require_sendable(locked)
        asked = await unit.connection.fetchval(
            tables.RETRY, message_id, conversation_id, _TO, _FROM
        )
        if asked is None:
            await _refuse(unit, conversation_id, message_id)
        data = {"conversation_id": str(conversation_id), "message_id": str(message_id)}
        unit.record(EVENT_OF[_TO], data, stream_name("conversation", conversation_id))
        unit.wake(outbox_topic(locked.channel_account_id))
        return await get_message_view(unit.connection, message_id)


async def _refuse(unit: Unit, conversation_id: UUID, message_id: UUID) -> None:
    view = await get_message_view(unit.connection, message_id)
    if view.conversation_id != conversation_id:
        raise MessageNotFound
    raise MessageNotRetryable(delivery=view.delivery)
