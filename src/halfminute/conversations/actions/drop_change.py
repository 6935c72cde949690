"""An agent lets a change be that the provider has refused."""

from __future__ import annotations

from uuid import UUID

from halfminute.conversations.changes import lock_changeable
from halfminute.conversations.errors import ChangeUnderWay
from halfminute.conversations.queries import get_message_view
from halfminute.conversations.schemas import MessageView
from halfminute.conversations.tables import changes as tables
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, stream_name


async def drop_change(
    log: EventLog, principal: Principal, conversation_id: UUID, message_id: UUID
) -> MessageView:
    """Forget a change that failed; the message stands as it is. Without one nothing happens.

    What is under way cannot be dropped, for the provider may have it: ask for another change.

    Raises ConversationNotFound, ConversationClosed, ConversationNotYours, MessageNotFound,
    MessageNotOurs, MessageNotSent, ChangeUnderWay.
    """
    async with log.write() as unit:
        found = await lock_changeable(unit, principal, conversation_id, message_id)
        if found.pending is not None:
            raise ChangeUnderWay
        if await unit.connection.fetchval(tables.DROP_CHANGE, message_id) is not None:
            data = {"conversation_id": str(conversation_id), "message_id": str(message_id)}
            unit.record("MessageChangeDropped", data, stream_name("conversation", conversation_id))
        return await get_message_view(unit.connection, message_id)
