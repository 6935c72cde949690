"""An agent takes back what it has sent."""

from __future__ import annotations

from uuid import UUID

from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations.changes import lock_changeable, request_change
from halfminute.conversations.errors import ChannelCannotChange
from halfminute.conversations.queries import get_message_view
from halfminute.conversations.schemas import MessageView
from halfminute.conversations.sendable import require_deletable
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog


async def delete_message(
    log: EventLog,
    registry: ChannelRegistry,
    principal: Principal,
    conversation_id: UUID,
    message_id: UUID,
) -> MessageView:
    """Ask for the deletion; the message is deleted when the provider has done it.

    It takes the place of an edit that was asked for. What is deleted, or about to be, is not asked
    for again.

    Raises ConversationNotFound, ConversationClosed, ConversationNotYours, MessageNotFound,
    MessageNotOurs, MessageNotSent, ChannelCannotChange, BusinessConnectionEnded,
    BusinessRightMissing.
    """
    async with log.write() as unit:
        found = await lock_changeable(unit, principal, conversation_id, message_id)
        if not found.is_deleted and not found.is_being_deleted:
            if not registry.get(found.conversation.channel_kind).capabilities.can_delete:
                raise ChannelCannotChange
            require_deletable(found.conversation)
            await request_change(unit, principal, found, "delete")
        return await get_message_view(unit.connection, message_id)
