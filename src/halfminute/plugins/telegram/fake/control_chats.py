"""What one subscriber does in the chat with one bot, over the control interface."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from halfminute.plugins.telegram.fake.control_shapes import (
    Ageing,
    ChosenSticker,
    Edit,
    LinkPress,
    NewDocument,
    NewMessage,
    NewPhoto,
    NewSticker,
    NewText,
    NewVoice,
    Press,
    Reaction,
    SentPage,
    Start,
    Written,
    sent_view,
)
from halfminute.plugins.telegram.fake.media import read_media
from halfminute.plugins.telegram.fake.parts import Parts
from halfminute.plugins.telegram.fake.refusals import Refusal
from halfminute.plugins.telegram.fake.world import Bot

LONGEST_WAIT_SECONDS: Final = 60.0
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Place:
    """One person's chat with one bot."""

    parts: Parts
    bot: Bot
    user_id: int

    def write(self, content: dict[str, Any], reply_to: int | None = None) -> Written:
        """The person writes."""
        message_id, update_id = self.parts.subscribers.write(
            self.bot, self.user_id, content, reply_to
        )
        return Written(update_id=update_id, message_id=message_id)

    def keep(self, kind: str, extension: str, content: bytes | None, size: int = 0) -> Any:
        """A file of the person's; its fields in the Bot API."""
        return self.parts.subscribers.keep_file(self.bot, kind, extension, content, size)

    def received(self, after: int) -> SentPage:
        """What the bot wrote here after a message's number."""
        chat = self.bot.chats.get(self.user_id)
        ours = (each for each in (chat.messages.values() if chat else ()) if each.is_from_bot)
        items = [sent_view(self.bot, each) for each in ours if each.message_id > after]
        return SentPage(items=items, next=items[-1].message_id if items else after)


class Chats(Controller):
    """What one subscriber does in the chat with one bot, and what has arrived there."""

    path = "/control/bots/{bot_id:int}/chats/{user_id:int}"

    @post("/open", status_code=204)
    async def open_chat(self, place: NamedDependency[Place]) -> None:
        """Lets the bot write, without a word."""
        place.parts.subscribers.open_chat(place.bot, place.user_id)

    @post("/start")
    async def start(self, place: NamedDependency[Place], data: JSONBody[Start]) -> Written:
        """Presses Start."""
        return place.write(_start_content(data.payload))

    @post("/link")
    async def press_link(self, place: NamedDependency[Place], data: JSONBody[LinkPress]) -> Written:
        """Presses a link to the bot, and Start in the chat that it opens."""
        return place.write(_start_content(read_link(place.bot, data.url)))

    @post("/text")
    async def write_text(self, place: NamedDependency[Place], data: JSONBody[NewText]) -> Written:
        """Writes words."""
        return place.write(_text_content(data), data.reply_to_message_id)

    @post("/photo")
    async def send_photo(self, place: NamedDependency[Place], data: JSONBody[NewPhoto]) -> Written:
        """Sends a photo, which Telegram tells in two sizes."""
        content = data.content or read_media("photo.jpg")
        sizes = [
            {**place.keep("photo", "jpg", content), **size}
            for size in ({"width": 90, "height": 120}, {"width": 720, "height": 960})
        ]
        message: dict[str, Any] = {"photo": sizes}
        if data.caption:
            message["caption"] = data.caption
            message["caption_entities"] = msgspec.to_builtins(data.caption_entities)
        if data.media_group_id is not None:
            message["media_group_id"] = data.media_group_id
        return place.write(message)

    @post("/voice")
    async def send_voice(self, place: NamedDependency[Place], data: JSONBody[NewVoice]) -> Written:
        """Sends a voice message."""
        voice = place.keep("voice", "oga", data.content or read_media("voice.ogg"))
        told = {"duration": data.duration_seconds, "mime_type": "audio/ogg"}
        return place.write({"voice": {**voice, **told}})

    @post("/sticker")
    async def send_sticker(
        self, place: NamedDependency[Place], data: JSONBody[NewSticker]
    ) -> Written:
        """Sends a sticker, still or moving, with a thumbnail."""
        content = data.content or read_media(f"sticker.{data.format}")
        thumbnail = place.keep("thumbnail", "webp", read_media("thumbnail.webp"))
        sticker = {
            **place.keep("sticker", data.format, content),
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": data.format == "tgs",
            "is_video": data.format == "webm",
            "thumbnail": {**thumbnail, "width": 128, "height": 128},
            "emoji": data.emoji,
            "set_name": data.set_name,
        }
        return place.write({"sticker": sticker})

    @post("/set-sticker")
    async def send_set_sticker(
        self, place: NamedDependency[Place], data: JSONBody[ChosenSticker]
    ) -> Written:
        """Sends a sticker of a set."""
        describe = place.parts.stickers.describe
        return place.write({"sticker": describe(place.bot, data.set_name, data.number)})

    @post("/document")
    async def send_document(
        self, place: NamedDependency[Place], data: JSONBody[NewDocument]
    ) -> Written:
        """Sends a file."""
        extension = data.name.rpartition(".")[2] or "bin"
        file = place.keep("document", extension, data.content, data.size)
        document = {**file, "file_name": data.name, "mime_type": data.media_type}
        message: dict[str, Any] = {"document": document}
        if data.caption:
            message["caption"] = data.caption
        return place.write(message)

    @post("/message")
    async def write_message(
        self, place: NamedDependency[Place], data: JSONBody[NewMessage]
    ) -> Written:
        """Writes a message of any content."""
        return place.write(data.content, data.reply_to_message_id)

    @post("/edit")
    async def edit(self, place: NamedDependency[Place], data: JSONBody[Edit]) -> Written:
        """Edits a message of theirs."""
        content = _text_content(NewText(text=data.text, entities=data.entities))
        edit = place.parts.subscribers.edit
        update_id = edit(place.bot, place.user_id, data.message_id, content)
        return Written(update_id=update_id, message_id=data.message_id)

    @post("/age", status_code=204)
    async def age(self, place: NamedDependency[Place], data: JSONBody[Ageing]) -> None:
        """Lets a message, theirs or the bot's, be older than it is."""
        place.parts.subscribers.age(place.bot, place.user_id, data.message_id, data.seconds)

    @post("/reaction")
    async def react(self, place: NamedDependency[Place], data: JSONBody[Reaction]) -> Written:
        """Sets their reactions to a message."""
        react = place.parts.subscribers.react
        update_id = react(place.bot, place.user_id, data.message_id, data.emojis)
        return Written(update_id=update_id, message_id=data.message_id)

    @post("/press")
    async def press(self, place: NamedDependency[Place], data: JSONBody[Press]) -> Written:
        """Presses a button under a message of the bot's."""
        press = place.parts.subscribers.press
        update_id = press(place.bot, place.user_id, data.message_id, data.data)
        return Written(update_id=update_id, message_id=data.message_id)

    @post("/block")
    async def block(self, place: NamedDependency[Place]) -> Written:
        """Blocks the bot."""
        set_blocked = place.parts.subscribers.set_blocked
        update_id = set_blocked(place.bot, place.user_id, is_blocked=True)
        return Written(update_id=update_id)

    @post("/unblock")
    async def unblock(self, place: NamedDependency[Place]) -> Written:
        """Lets the bot in again."""
        set_blocked = place.parts.subscribers.set_blocked
        update_id = set_blocked(place.bot, place.user_id, is_blocked=False)
        return Written(update_id=update_id)

    @get("/messages")
    async def list_messages(
        self,
        place: NamedDependency[Place],
        after: FromQuery[int] = 0,
        wait_seconds: FromQuery[float] = 0.0,
    ) -> SentPage:
        """What the bot wrote here after message number `after`; waits for the next if asked."""
        found = place.received(after)
        if not found.items and wait_seconds > 0:
            seconds = min(wait_seconds, LONGEST_WAIT_SECONDS)
            await place.parts.arrivals.wait((place.bot.id, place.user_id), seconds)
            found = place.received(after)
        return found


def read_link(bot: Bot, url: str) -> str:
    """The payload of a deep link to this bot (https://core.telegram.org/api/links#bot-links).

    Raises Refusal for whatever opens no chat with it.
    """
    parts = urlsplit(url)
    payload = dict(parse_qsl(parts.query)).get("start", "")
    is_to_bot = parts.path.strip("/").lower() == bot.username.lower()
    if parts.scheme != "https" or parts.hostname != "t.me" or not is_to_bot:
        raise Refusal(400, f"this is no link to {bot.username}")
    if _PAYLOAD.fullmatch(payload) is None:
        raise Refusal(400, "a payload is 1-64 of A-Z, a-z, 0-9, _ and -")
    return payload


def _start_content(payload: str) -> dict[str, Any]:
    command = {"type": "bot_command", "offset": 0, "length": len("/start")}
    return {"text": f"/start {payload}".rstrip(), "entities": [command]}


def _text_content(text: NewText) -> dict[str, Any]:
    content: dict[str, Any] = {"text": text.text}
    if text.entities:
        content["entities"] = msgspec.to_builtins(text.entities)
    return content
