"""What happened in the fake's world: applied to the state, and kept in the journal."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

StickerFormat = Literal["webp", "tgs", "webm"]


class _Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", omit_defaults=True):
    pass


class BotMade(_Fact, frozen=True):
    """`token` is `<bot_id>:<secret>`; its messages and updates count on from `first_number`."""

    bot_id: int
    token: str
    username: str
    name: str
    first_number: int


class TokenReplaced(_Fact, frozen=True):
    """The bot's owner had @BotFather revoke its token: from now on only this one counts."""

    bot_id: int
    token: str


class SubscriberMade(_Fact, frozen=True):
    """A person with an account at Telegram, who may write to any bot."""

    user_id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class SubscriberDeactivated(_Fact, frozen=True):
    """The person deleted the account."""

    user_id: int


class ChatOpened(_Fact, frozen=True):
    """The person pressed Start in the bot's chat: from now on the bot may write."""

    bot_id: int
    chat_id: int


class ChatBlocked(_Fact, frozen=True):
    """The person blocked the bot, or let it in again."""

    bot_id: int
    chat_id: int
    is_blocked: bool


class MessageWritten(_Fact, frozen=True):
    """A message in a private chat. `at` in seconds since 1970, `content` as in the Bot API."""

    bot_id: int
    chat_id: int
    message_id: int
    is_from_bot: bool
    at: float
    content: dict[str, Any]
    reply_to: int | None = None


class MessageChanged(_Fact, frozen=True):
    """A message's content was edited."""

    bot_id: int
    chat_id: int
    message_id: int
    at: float
    content: dict[str, Any]


class ButtonPressed(_Fact, frozen=True):
    """A person pressed a button under a message of the bot's, and sees it turn. `at` as above."""

    bot_id: int
    query_id: str
    chat_id: int
    message_id: int
    data: str
    at: float


class PressAnswered(_Fact, frozen=True):
    """The bot answered a press, which ends the turning; the person sees `text`, if there is any."""

    bot_id: int
    query_id: str
    text: str = ""


class MessageDeleted(_Fact, frozen=True):
    """The bot took a message away, on both sides."""

    bot_id: int
    chat_id: int
    message_id: int


class MessageAged(_Fact, frozen=True):
    """A message counts as so many seconds older: what may be done with it goes by its age."""

    bot_id: int
    chat_id: int
    message_id: int
    seconds: float


class ConnectionPut(_Fact, frozen=True):
    """A business account's owner connected the bot, changed its rights, or disconnected it."""

    bot_id: int
    connection_id: str
    owner_id: int
    date: int
    is_enabled: bool
    rights: dict[str, bool]


class BusinessMessageWritten(_Fact, frozen=True):
    """A message in a chat of an owner's. `author`: customer, owner, bot (in the owner's name)."""

    bot_id: int
    connection_id: str
    owner_id: int
    chat_id: int
    message_id: int
    author: str
    at: float
    content: dict[str, Any]
    reply_to: int | None = None


class BusinessMessageChanged(_Fact, frozen=True):
    """A message of an owner's chat was edited."""

    bot_id: int
    owner_id: int
    chat_id: int
    message_id: int
    at: float
    content: dict[str, Any]


class BusinessMessagesDeleted(_Fact, frozen=True):
    """Messages of an owner's chat are gone, on both sides."""

    bot_id: int
    owner_id: int
    chat_id: int
    message_ids: tuple[int, ...]


class BusinessChatRead(_Fact, frozen=True):
    """The customer sees that all up to this message was read."""

    bot_id: int
    owner_id: int
    chat_id: int
    message_id: int


class ClockMoved(_Fact, frozen=True):
    """It counts as so many seconds later, for what owners' chats allow."""

    seconds: float


class FileKept(_Fact, frozen=True):
    """A file that a bot may fetch; without `content` it is `size` bytes of zero."""

    bot_id: int
    file_id: str
    path: str
    size: int
    content: bytes | None = None
    # The same for all bots; without it there is one of the bot's own.
    unique_id: str = ""
    # What it was sent as, and what it is; of what a bot has uploaded.
    kind: str = ""
    name: str = ""
    media_type: str = ""


class SetSticker(msgspec.Struct, frozen=True, kw_only=True):
    """One sticker of a set; its number stays while others come and go."""

    number: int
    format: StickerFormat = "webp"
    emoji: str = "🙂"
    content: bytes | None = None


class StickerSetMade(_Fact, frozen=True):
    """A set of stickers, in the place of any other of its name."""

    name: str
    title: str
    stickers: tuple[SetSticker, ...]
    sticker_type: Literal["regular", "mask", "custom_emoji"] = "regular"


class StickerSetRemoved(_Fact, frozen=True):
    """Its owner removed the set."""

    name: str


class ActionShown(_Fact, frozen=True):
    """A person saw for a moment that the bot was doing something. `at` as above."""

    bot_id: int
    chat_id: int
    action: str
    at: float


class UpdateQueued(_Fact, frozen=True):
    """An update waits for the bot. Updates of one `lane` are brought in order."""

    bot_id: int
    update_id: int
    lane: str
    at: float
    body: dict[str, Any]


class UpdatesForgotten(_Fact, frozen=True):
    """The bot has these updates, or they grew too old."""

    bot_id: int
    update_ids: tuple[int, ...]


class InboundConfigured(_Fact, frozen=True):
    """How the bot wants its updates; no `url` means that it polls."""

    bot_id: int
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    allowed_updates: tuple[str, ...] | None = None


Fact = (
    BotMade
    | TokenReplaced
    | SubscriberMade
    | SubscriberDeactivated
    | ChatOpened
    | ChatBlocked
    | MessageWritten
    | MessageChanged
    | ButtonPressed
    | PressAnswered
    | MessageDeleted
    | MessageAged
    | ConnectionPut
    | BusinessMessageWritten
    | BusinessMessageChanged
    | BusinessMessagesDeleted
    | BusinessChatRead
    | ClockMoved
    | FileKept
    | StickerSetMade
    | StickerSetRemoved
    | ActionShown
    | UpdateQueued
    | UpdatesForgotten
    | InboundConfigured
)
