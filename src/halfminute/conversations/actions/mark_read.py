"""Remembers how far somebody has read."""

from __future__ import annotations

from uuid import UUID

from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations.access import require_sight
from halfminute.conversations.delivery.reads import READS_TOPIC
from halfminute.conversations.errors import MessageNotFound
from halfminute.conversations.tables import business, erasure
from halfminute.conversations.tables import messages as tables
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, stream_name


async def mark_read(
    log: EventLog,
    registry: ChannelRegistry,
    principal: Principal,
    conversation_id: UUID,
    message_id: UUID,
) -> None:
    """Move the mark forwards; an older message than the marked one changes nothing.

    In the chats of an owner who lets us, the customer is to see it too: that is owed from now on.
    Whose own screen follows the conversation sees it there.

    Raises ConversationNotFound, MessageNotFound.
    """
    async with log.write() as unit:
        await require_sight(unit.connection, principal, conversation_id)
        marked = await unit.connection.fetchval(
            tables.MARK_READ, conversation_id, principal.user_id, message_id
        )
        if marked is not None:
            data = {
                "conversation_id": str(conversation_id),
                "agent_id": str(principal.user_id),
                "message_id": str(message_id),
            }
            streams = [stream_name("agent", str(principal.user_id))]
            kind = await unit.connection.fetchval(tables.CHANNEL_KIND, conversation_id)
            if registry.get(kind).capabilities.is_followed:
                streams.append(stream_name("conversation", conversation_id))
            unit.record("ConversationRead", data, *streams)
            # Who is erased meanwhile is owed nothing any more.
            await unit.connection.execute(erasure.HOLD_CONVERSATION, conversation_id)
            owed = await unit.connection.fetchval(business.OWE_READ, conversation_id, message_id)
            if owed is not None:
                unit.wake(READS_TOPIC)
        elif not await unit.connection.fetchval(tables.IS_IN, conversation_id, message_id):
            raise MessageNotFound
