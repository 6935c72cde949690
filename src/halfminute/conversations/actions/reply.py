"""An agent answers."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations.access import Locked, lock_conversation, require_hold
from halfminute.conversations.delivery.attempts import outbox_topic
from halfminute.conversations.errors import AddressUnreachable, MessageNotFound
from halfminute.conversations.queries import get_message_view
from halfminute.conversations.schemas import MessageView, NewReply
from halfminute.conversations.tables import messages as tables
from halfminute.conversations.texts import reply_part
from halfminute.conversations.types import MessageId
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit, stream_name
from halfminute.kit.ids import new_id
from halfminute.sdk.model import TextPart


class Written(NamedTuple):
    """A message, and whether this call made it or an earlier one with the same client id."""

    message: MessageView
    is_new: bool


class _NewMessage(NamedTuple):
    """Its id is made under the conversation's lock: the order of ids is the order of commits."""

    id: MessageId
    client_id: UUID
    part: TextPart
    reply_to: dict[str, str] | None


async def reply(
    log: EventLog,
    registry: ChannelRegistry,
    principal: Principal,
    conversation_id: UUID,
    new: NewReply,
) -> Written:
    """Store the reply and its place in the outbox; the screens see it as queued at once.

    Raises ConversationNotFound, ConversationClosed, ConversationNotYours, AddressUnreachable,
    InvalidText, InvalidEntities, MessageNotFound (of the message that is replied to).
    """
    async with log.write() as unit:
        locked = await lock_conversation(unit, principal, conversation_id, client_id=new.client_id)
        message_id = locked.known_message_id
        if message_id is None:
            message_id = await _write(unit, registry, principal, locked, new)
        return Written(
            await get_message_view(unit.connection, message_id),
            is_new=locked.known_message_id is None,
        )


async def _write(
    unit: Unit, registry: ChannelRegistry, principal: Principal, locked: Locked, new: NewReply
) -> MessageId:
    require_hold(principal, "conversation.reply", locked)
    if not locked.is_reachable:
        raise AddressUnreachable(reason=locked.unreachable_reason)
    capabilities = registry.get(locked.channel_kind).capabilities
    part = reply_part(new.text, new.entities, capabilities)
    reply_to = await _check_reply_to(unit, locked, new.reply_to_message_id)
    message = _NewMessage(MessageId(new_id()), new.client_id, part, reply_to)
    return await _store(unit, principal, locked, message)


async def _check_reply_to(
    unit: Unit, locked: Locked, message_id: UUID | None
) -> dict[str, str] | None:
    if message_id is None:
        return None
    if not await unit.connection.fetchval(tables.IS_MESSAGE_OF, locked.id, message_id):
        raise MessageNotFound
    return {"message_id": str(message_id)}


async def _store(
    unit: Unit, principal: Principal, locked: Locked, message: _NewMessage
) -> MessageId:
    await unit.connection.execute(
        tables.INSERT_REPLY,
        locked.id,
        message.client_id,
        message.id,
        principal.user_id,
        [message.part],
        message.reply_to,
    )
    data = {
        "conversation_id": str(locked.id),
        "message_id": str(message.id),
        "agent_id": str(principal.user_id),
    }
    unit.record("ReplyQueued", data, stream_name("conversation", locked.id))
    unit.wake(outbox_topic(locked.channel_account_id))
    return message.id
