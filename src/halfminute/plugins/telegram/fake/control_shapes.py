"""What goes in and out of the control interface."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from halfminute.plugins.telegram.fake.facts import MessageWritten, StickerFormat
from halfminute.plugins.telegram.fake.text import MessageEntity
from halfminute.plugins.telegram.fake.world import Bot


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes in: a field that is not named here is refused."""


class NewBot(Body, frozen=True):
    """A bot to be made; `token` is `<id>:<secret>`."""

    token: str
    username: str = "halfminute_bot"
    name: str = "Halfminute"


class NewToken(Body, frozen=True):
    """The bot's next token; made up if none is given."""

    token: str = ""


class LinkPress(Body, frozen=True):
    """A deep link to the bot, `https://t.me/<username>?start=<payload>`."""

    url: str


class NewSubscriber(Body, frozen=True):
    """A person; without an `id` the next free one."""

    first_name: str
    id: int | None = None
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class Start(Body, frozen=True):
    """The Start button, perhaps of a deep link."""

    payload: str = ""


class NewText(Body, frozen=True):
    """Words; entities count UTF-16 code units, as in the Bot API."""

    text: str
    entities: list[MessageEntity] = []
    reply_to_message_id: int | None = None


class NewPhoto(Body, frozen=True):
    """A photo; `content` is base64 of a JPEG. Those with the same `media_group_id` are an album."""

    caption: str = ""
    caption_entities: list[MessageEntity] = []
    media_group_id: str | None = None
    content: bytes | None = None


class NewSticker(Body, frozen=True):
    """A sticker; `content` is base64 in its format."""

    format: StickerFormat = "webp"
    emoji: str = "🙂"
    set_name: str = "HalfminuteFaces"
    content: bytes | None = None


class NewVoice(Body, frozen=True):
    """A voice message; `content` is base64 of OGG with Opus, the simulated one lasts 3 seconds."""

    duration_seconds: int = 3
    content: bytes | None = None


class NewSetSticker(Body, frozen=True):
    """A sticker of a set; `content` is base64 in its format."""

    format: StickerFormat = "webp"
    emoji: str = "🙂"
    content: bytes | None = None


class NewStickerSet(Body, frozen=True):
    """A set, in the place of any other of its name. Stickers are numbered from 1 on."""

    name: str
    title: str = ""
    stickers: list[NewSetSticker] = []
    sticker_type: Literal["regular", "mask", "custom_emoji"] = "regular"


class ChosenSticker(Body, frozen=True):
    """A sticker of a set, by its number."""

    set_name: str
    number: int = 1


class NewDocument(Body, frozen=True):
    """A file; without `content` it is `size` bytes of zero."""

    name: str = "document.pdf"
    media_type: str = "application/pdf"
    size: int = 1024
    content: bytes | None = None
    caption: str = ""


class NewMessage(Body, frozen=True):
    """A message of any content, as its fields in the Bot API."""

    content: dict[str, Any]
    reply_to_message_id: int | None = None


class Edit(Body, frozen=True):
    """New words for a message."""

    message_id: int
    text: str
    entities: list[MessageEntity] = []


class Ageing(Body, frozen=True):
    """A message is to count as so many seconds older."""

    message_id: int
    seconds: float


class Reaction(Body, frozen=True):
    """The whole set of emoji now."""

    message_id: int
    emojis: list[str]


class Press(Body, frozen=True):
    """The button with this data, under a message of the bot's."""

    message_id: int
    data: str


class NewUpdate(Body, frozen=True):
    """An update of any kind; it gets the next number."""

    kind: str
    chat_id: int
    content: dict[str, Any]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What a deed made; no `update_id` where the bot did not ask for such updates."""

    update_id: int | None
    message_id: int | None = None


class SentView(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a bot as its reader has it now. Times in seconds since 1970.

    `content` are the fields of it as a Message of the Bot API: what it shows beside words.
    """

    chat_id: int
    message_id: int
    at: float
    text: str
    entities: list[dict[str, Any]]
    reply_to_message_id: int | None
    edited_at: float | None
    is_deleted: bool
    content: dict[str, Any]


class PressView(msgspec.Struct, frozen=True, kw_only=True):
    """A button that was pressed; while it `is_turning` the person waits."""

    chat_id: int
    message_id: int
    data: str
    is_turning: bool
    answer_text: str


class ActionView(msgspec.Struct, frozen=True, kw_only=True):
    """What a person saw the bot do. `at` in seconds since 1970."""

    chat_id: int
    action: str
    at: float


class SentPage(msgspec.Struct, frozen=True, kw_only=True):
    """Messages in the order of sending; ask on with `next`."""

    items: list[SentView]
    next: int


class BotView(msgspec.Struct, frozen=True, kw_only=True):
    """A bot and how it fares."""

    id: int
    token: str
    username: str
    name: str
    webhook_url: str
    pending_update_count: int
    sent_count: int
    faults: dict[str, int]


def list_press_views(bot: Bot) -> list[PressView]:
    """The presses of a bot's buttons, oldest first."""
    answers = bot.press_answers
    return [
        PressView(
            chat_id=pressed.chat_id,
            message_id=pressed.message_id,
            data=pressed.data,
            is_turning=query_id not in answers,
            answer_text=answers[query_id].text if query_id in answers else "",
        )
        for query_id, pressed in bot.presses.items()
    ]


def sent_view(bot: Bot, sent: MessageWritten) -> SentView:
    """A sent message for the control interface, with the words that it has now, or had last."""
    chat = bot.chats[sent.chat_id]
    message = chat.messages.get(sent.message_id, sent)
    return SentView(
        chat_id=message.chat_id,
        message_id=message.message_id,
        at=message.at,
        text=message.content.get("text", ""),
        entities=message.content.get("entities", []),
        reply_to_message_id=message.reply_to,
        edited_at=chat.edited_at.get(sent.message_id),
        is_deleted=sent.message_id not in chat.messages,
        content=message.content,
    )
