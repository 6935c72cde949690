"""The parts of Telegram's objects that we read; all else of them is passed over.

https://core.telegram.org/bots/api#available-types (Bot API 10.3)
"""

from __future__ import annotations

from typing import Any

import msgspec


class User(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#user"""

    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class Chat(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#chat"""

    id: int
    type: str


class MessageEntity(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#messageentity; offsets in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    user: User | None = None
    language: str | None = None
    custom_emoji_id: str | None = None


class File(msgspec.Struct, frozen=True):
    """What photo sizes, documents, voices, films and their like have in common."""

    file_id: str
    file_unique_id: str = ""
    file_size: int | None = None
    width: int | None = None
    height: int | None = None
    # The side of a video note, which is square.
    length: int | None = None
    duration: int | None = None
    mime_type: str | None = None
    file_name: str | None = None


class Sticker(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#sticker"""

    file_id: str
    file_unique_id: str = ""
    file_size: int | None = None
    width: int | None = None
    height: int | None = None
    is_animated: bool = False
    is_video: bool = False
    emoji: str | None = None
    set_name: str | None = None
    thumbnail: File | None = None


class Quote(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#textquote"""

    text: str


class Envelope(msgspec.Struct, frozen=True):
    """A message but for its content (https://core.telegram.org/bots/api#message)."""

    message_id: int
    date: int
    chat: Chat
    from_user: User | None = msgspec.field(default=None, name="from")
    edit_date: int | None = None
    ephemeral_message_id: int | None = None


class Reaction(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#reactiontype"""

    type: str
    emoji: str | None = None


class MessageReactionUpdated(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#messagereactionupdated"""

    chat: Chat
    message_id: int
    date: int
    new_reaction: tuple[Reaction, ...]
    user: User | None = None


class ChatMember(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#chatmember"""

    status: str


class ChatMemberUpdated(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#chatmemberupdated"""

    chat: Chat
    from_user: User = msgspec.field(name="from")
    date: int
    new_chat_member: ChatMember


class Key(msgspec.Struct, frozen=True):
    """An update's own number (https://core.telegram.org/bots/api#update)."""

    update_id: int


class Update(msgspec.Struct, frozen=True):
    """The kinds of update that mean something to us; each is looked into by itself."""

    update_id: int
    message: dict[str, Any] | None = None
    edited_message: dict[str, Any] | None = None
    message_reaction: dict[str, Any] | None = None
    my_chat_member: dict[str, Any] | None = None
