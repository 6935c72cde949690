"""An agent puts other words in the place of those it has sent."""

from __future__ import annotations

from uuid import UUID

import msgspec

from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations.changes import Changeable, lock_changeable, request_change
from halfminute.conversations.errors import (
    ChannelCannotChange,
    MessageDeleted,
    MessageRevised,
)
from halfminute.conversations.queries import get_message_view
from halfminute.conversations.schemas import MessageView, NewWords
from halfminute.conversations.sendable import require_editable
from halfminute.conversations.texts import caption_part, reply_part, takes_caption
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.sdk.channel import Capabilities
from halfminute.sdk.model import MediaPart, Part, TextPart


async def edit_message(
    log: EventLog,
    registry: ChannelRegistry,
    principal: Principal,
    conversation_id: UUID,
    message_id: UUID,
    *,
    new: NewWords,
) -> MessageView:
    """Ask for the edit; the message has its new words when the provider has taken them.

    Of files the words are the caption.

    It takes the place of an edit that was asked for before. The same words said twice are asked for
    once, and words that stand already are not asked for at all.

    Raises ConversationNotFound, ConversationClosed, ConversationNotYours, MessageNotFound,
    MessageNotOurs, MessageNotSent, MessageDeleted, MessageRevised, ChannelCannotChange,
    InvalidText, InvalidEntities, BusinessConnectionEnded, BusinessRightMissing.
    """
    async with log.write() as unit:
        found = await lock_changeable(unit, principal, conversation_id, message_id)
        capabilities = registry.get(found.conversation.channel_kind).capabilities
        if not capabilities.can_edit:
            raise ChannelCannotChange
        require_editable(found.conversation)
        if found.is_deleted or found.is_being_deleted:
            raise MessageDeleted
        parts = _edited(found.parts, new, capabilities)
        if not _is_said_already(found, parts):
            if new.revision != found.revision:
                raise MessageRevised(revision=found.revision)
            await request_change(unit, principal, found, "edit", parts)
        return await get_message_view(unit.connection, message_id)


def _edited(parts: tuple[Part, ...], new: NewWords, capabilities: Capabilities) -> tuple[Part, ...]:
    """Other words, or another caption, which may be none. Nothing else has words to change."""
    match parts:
        case (TextPart(buttons=buttons),):
            words = reply_part(new.text, new.entities, capabilities)
            return (msgspec.structs.replace(words, buttons=buttons),)
        case (MediaPart() as first, *more) if takes_caption(first, capabilities):
            return (msgspec.structs.replace(first, caption=caption_part(new, capabilities)), *more)
        case _:
            raise ChannelCannotChange


def _is_said_already(found: Changeable, parts: tuple[Part, ...]) -> bool:
    """An edit under way may have changed the words before we know: only without one they stand."""
    if found.pending is not None:
        return found.pending.parts == parts
    return found.change is None and found.parts == parts
