"""What the chats of a business account mean: who wrote in them, and what became of them.

Their owner has connected the bot, which then hears both sides and may answer in the owner's name
(https://core.telegram.org/bots/features#bots-for-business). Only their private chats are told.
"""

from __future__ import annotations

from typing import Final

from halfminute.plugins.telegram.attachments import moment_of
from halfminute.plugins.telegram.payloads import (
    BusinessBotRights,
    BusinessConnection,
    BusinessMessagesDeleted,
    Chat,
    User,
)
from halfminute.sdk.channel import InboundBusinessConnection, InboundDeletion, Sender

# What a bot may do "in the private chats that had incoming messages in the last 24 hours"
# (https://core.telegram.org/bots/api#businessbotrights)
REPLY_WINDOW_SECONDS: Final = 24 * 3600


def connection_of(connection: BusinessConnection) -> InboundBusinessConnection:
    """A connection as it is now; without rights nothing is allowed."""
    rights = connection.rights or BusinessBotRights()
    return InboundBusinessConnection(
        external_id=connection.id,
        owner_external_id=str(connection.user.id),
        owner_name=connection.user.name,
        is_enabled=connection.is_enabled,
        can_reply=rights.can_reply,
        can_mark_read=rights.can_read_messages,
        can_delete=rights.can_delete_sent_messages or rights.can_delete_all_messages,
        connected_at=moment_of(connection.date),
        reply_window_seconds=REPLY_WINDOW_SECONDS,
    )


def deletion_of(deleted: BusinessMessagesDeleted) -> InboundDeletion:
    """Telegram does not say which of the two took them away."""
    return InboundDeletion(
        external_ids=tuple(str(each) for each in deleted.message_ids),
        sender=customer_of(deleted.chat, None, deleted.business_connection_id),
    )


def customer_of(chat: Chat, author: User | None, connection_id: str) -> Sender:
    """Whom the owner's chat is with, and which of the two wrote."""
    is_their_own = author is not None and author.id == chat.id
    return Sender(
        external_id=str(chat.id),
        name=author.name if author is not None and is_their_own else chat.name,
        username=author.username if author is not None and is_their_own else chat.username,
        language_hint=author.language_code if author is not None and is_their_own else None,
        business_connection_id=connection_id,
        author_external_id=None if author is None else str(author.id),
    )
