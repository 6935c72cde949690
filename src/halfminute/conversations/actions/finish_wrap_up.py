"""An agent has finished the notes: the conversation is over."""

from __future__ import annotations

from uuid import UUID

from halfminute.conversations import transitions
from halfminute.conversations.access import lock_conversation, require_hold
from halfminute.conversations.queries import get_conversation_view
from halfminute.conversations.schemas import ConversationView
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog


async def finish_wrap_up(
    log: EventLog, principal: Principal, conversation_id: UUID
) -> ConversationView:
    """Close it for good; said twice, or after the time was up, it is heard once.

    Raises ConversationNotFound, ConversationNotYours, ConversationChanged (it is not in wrap-up).
    """
    async with log.write() as unit:
        locked = await lock_conversation(unit, principal, conversation_id)
        if locked.state != "closed" or locked.agent_id != principal.user_id:
            require_hold(principal, "conversation.close", locked)
            await transitions.finish_wrap_up(unit, locked.id)
        return await get_conversation_view(unit.connection, conversation_id)
