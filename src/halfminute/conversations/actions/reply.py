"""An agent answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID, uuid5

from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations.access import Locked, lock_conversation, require_hold
from halfminute.conversations.composing import Content, check_shape, compose
from halfminute.conversations.delivery.attempts import outbox_topic
from halfminute.conversations.errors import MessageNotFound, StickerNotFound
from halfminute.conversations.media import list_file_ids
from halfminute.conversations.queries import get_message_view
from halfminute.conversations.schemas import MessageView, NewReply
from halfminute.conversations.sendable import require_sendable
from halfminute.conversations.silence import tell_end_of_silence
from halfminute.conversations.tables import messages as tables
from halfminute.conversations.types import MessageId
from halfminute.files.actions.show_files import show_files
from halfminute.files.errors import FileNotFound
from halfminute.files.queries import SendableFile, get_uploads
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit, stream_name
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import Capabilities
from halfminute.sdk.model import Part, StickerPart
from halfminute.stickers.queries import find_sticker


class Written(NamedTuple):
    """A message, and whether this call made it or an earlier one with the same client id."""

    message: MessageView
    is_new: bool


class _NewMessage(NamedTuple):
    """Its id is made under the conversation's lock: the order of ids is the order of commits."""

    id: MessageId
    client_id: UUID
    parts: tuple[Part, ...]
    reply_to: dict[str, str] | None


async def reply(
    log: EventLog,
    registry: ChannelRegistry,
    principal: Principal,
    conversation_id: UUID,
    new: NewReply,
) -> Written:
    """Store the reply and its place in the outbox; the screens see it as queued at once.

    Where the channel cannot carry it as one message it becomes several, and the first is returned.

    Raises ConversationNotFound, ConversationClosed, ConversationNotYours, InvalidReply,
    InvalidText, InvalidEntities, FileNotFound, FileNotReady, FileNotSendable, StickerNotFound,
    ChannelCannotSend, MessageNotFound (of the message that is replied to), and what
    `require_sendable` raises.
    """
    check_shape(new)
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
    require_sendable(locked)
    reply_to = await _check_reply_to(unit, locked, new.reply_to_message_id)
    capabilities = registry.get(locked.channel_kind).capabilities
    content = Content(
        files=await _find_files(unit, principal, new),
        sticker=await _find_sticker(unit, locked, new, capabilities),
    )
    messages = _messages_of(new, compose(new, content, capabilities), reply_to)
    for message in messages:
        await _store(unit, principal, locked, message)
    if locked.is_silent_or_back:
        tell_end_of_silence(unit, locked.id, locked.agent_id, is_by_agent=True)
    await show_files(unit, locked.id, [(each.id, list_file_ids(each.parts)) for each in messages])
    return messages[0].id


def _messages_of(
    new: NewReply, composed: Sequence[tuple[Part, ...]], reply_to: dict[str, str] | None
) -> list[_NewMessage]:
    """In the order of sending, which is that of the ids; the first answers what is replied to."""
    ids = sorted(new_id() for _ in composed)
    return [
        _NewMessage(
            MessageId(message_id),
            client_id_of(new.client_id, position),
            parts,
            None if position else reply_to,
        )
        for position, (message_id, parts) in enumerate(zip(ids, composed, strict=True))
    ]


def client_id_of(client_id: UUID, position: int) -> UUID:
    """The client id of the message at this place of a reply: the same whenever it is asked for."""
    return uuid5(client_id, str(position)) if position else client_id


async def _find_files(unit: Unit, principal: Principal, new: NewReply) -> Sequence[SendableFile]:
    if not new.file_ids:
        return ()
    if principal.user_id is None:
        raise FileNotFound
    return await get_uploads(unit.connection, new.file_ids, principal.user_id)


async def _find_sticker(
    unit: Unit, locked: Locked, new: NewReply, capabilities: Capabilities
) -> StickerPart | None:
    if new.sticker_id is None:
        return None
    found = await find_sticker(
        unit.connection,
        locked.channel_account_id,
        new.sticker_id,
        can_borrow=capabilities.can_borrow_stickers,
    )
    if found is None:
        raise StickerNotFound
    return found


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
        message.parts,
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
