"""The control interface under /control: what tests and the demo do in the subscribers' place.

No part of the Bot API. JSON in and out; paths name a bot by the number before its token's colon.
An error is {"message"} with its status.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Controller, Litestar, Request, Response, delete, get, post
from litestar.di import Provide

from halfminute.plugins.telegram.fake.control_shapes import (
    BotView,
    Edit,
    NewBot,
    NewDocument,
    NewMessage,
    NewPhoto,
    NewSticker,
    NewSubscriber,
    NewText,
    NewUpdate,
    Reaction,
    SentPage,
    Start,
    Written,
    sent_view,
)
from halfminute.plugins.telegram.fake.facts import SubscriberDeactivated, SubscriberMade
from halfminute.plugins.telegram.fake.faults import Fault
from halfminute.plugins.telegram.fake.media import read_media
from halfminute.plugins.telegram.fake.parts import Parts
from halfminute.plugins.telegram.fake.refusals import Refusal
from halfminute.plugins.telegram.fake.world import Bot

LONGEST_WAIT_SECONDS: Final = 60.0
_PAGE: Final = 1000


class Health(Controller):
    """Whether the fake is up."""

    path = "/control"

    @get("/health")
    async def health(self) -> dict[str, str]:
        """Always ok: it has no parts that could be down."""
        return {"status": "ok"}

    @post("/subscribers")
    async def make_subscriber(self, parts: Parts, data: NewSubscriber) -> dict[str, int]:
        """Makes a person."""
        user_id = data.id if data.id is not None else parts.world.next_user_id()
        made = SubscriberMade(
            user_id=user_id,
            first_name=data.first_name,
            last_name=data.last_name,
            username=data.username,
            language_code=data.language_code,
        )
        parts.subscribers.make(made)
        return {"id": user_id}

    @post("/subscribers/{user_id:int}/deactivate", status_code=204)
    async def deactivate_subscriber(self, parts: Parts, user_id: int) -> None:
        """The person deletes the account."""
        if user_id not in parts.world.subscribers:
            raise Refusal(404, f"no subscriber {user_id}")
        parts.world.record(SubscriberDeactivated(user_id=user_id))


class Bots(Controller):
    """Bots, what they sent, and what shall go wrong with them."""

    path = "/control/bots"

    @post()
    async def make_bot(self, parts: Parts, data: NewBot) -> BotView:
        """Makes a bot."""
        try:
            bot = parts.make_bot(data.token, data.username, data.name)
        except ValueError as error:
            raise Refusal(409, str(error)) from None
        return _bot_view(parts, bot)

    @get()
    async def list_bots(self, parts: Parts) -> list[BotView]:
        """All bots, with their tokens."""
        return [_bot_view(parts, bot) for bot in parts.world.bots.values()]

    @get("/{bot_id:int}")
    async def get_bot(self, parts: Parts, bot_id: int) -> BotView:
        """One bot."""
        return _bot_view(parts, _bot(parts, bot_id))

    @get("/{bot_id:int}/sent")
    async def list_sent(
        self, parts: Parts, bot_id: int, after: int = 0, wait_seconds: float = 0.0
    ) -> SentPage:
        """What the bot sent to anybody, from the `after`-th on; waits for the next if asked."""
        bot = _bot(parts, bot_id)
        if after >= len(bot.sent) and wait_seconds > 0:
            await parts.arrivals.wait((bot_id, None), min(wait_seconds, LONGEST_WAIT_SECONDS))
        items = [sent_view(each) for each in bot.sent[after : after + _PAGE]]
        return SentPage(items=items, next=after + len(items))

    @post("/{bot_id:int}/updates")
    async def queue_update(self, parts: Parts, bot_id: int, data: NewUpdate) -> Written:
        """An update of any kind and content."""
        bot = _bot(parts, bot_id)
        update_id = parts.updates.queue(bot, data.kind, data.chat_id, data.content)
        return Written(update_id=update_id)

    @post("/{bot_id:int}/faults", status_code=204)
    async def order_fault(self, parts: Parts, bot_id: int, data: Fault) -> None:
        """Orders a fault: {"kind": "fail_sends" | "delay_sends" | "cut_sends" | ...}."""
        parts.faults.order(_bot(parts, bot_id).id, data)

    @delete("/{bot_id:int}/faults")
    async def forget_faults(self, parts: Parts, bot_id: int) -> None:
        """Takes all orders back."""
        parts.faults.forget(_bot(parts, bot_id).id)


class Chats(Controller):
    """What one subscriber does in the chat with one bot, and what has arrived there."""

    path = "/control/bots/{bot_id:int}/chats/{user_id:int}"

    @post("/open", status_code=204)
    async def open_chat(self, parts: Parts, bot_id: int, user_id: int) -> None:
        """Lets the bot write, without a word."""
        parts.subscribers.open_chat(_bot(parts, bot_id), user_id)

    @post("/start")
    async def start(self, parts: Parts, bot_id: int, user_id: int, data: Start) -> Written:
        """Presses Start."""
        command = {"type": "bot_command", "offset": 0, "length": len("/start")}
        content = {"text": f"/start {data.payload}".rstrip(), "entities": [command]}
        return _write(parts, bot_id, user_id, content)

    @post("/text")
    async def write_text(self, parts: Parts, bot_id: int, user_id: int, data: NewText) -> Written:
        """Writes words."""
        return _write(parts, bot_id, user_id, _text_content(data), data.reply_to_message_id)

    @post("/photo")
    async def send_photo(self, parts: Parts, bot_id: int, user_id: int, data: NewPhoto) -> Written:
        """Sends a photo, which Telegram tells in two sizes."""
        bot = _bot(parts, bot_id)
        content = data.content or read_media("photo.jpg")
        sizes = [
            {**parts.subscribers.keep_file(bot, "photo", "jpg", content, 0), **size}
            for size in ({"width": 90, "height": 120}, {"width": 720, "height": 960})
        ]
        message: dict[str, Any] = {"photo": sizes}
        if data.caption:
            message["caption"] = data.caption
            message["caption_entities"] = msgspec.to_builtins(data.caption_entities)
        return _write(parts, bot_id, user_id, message)

    @post("/sticker")
    async def send_sticker(
        self, parts: Parts, bot_id: int, user_id: int, data: NewSticker
    ) -> Written:
        """Sends a sticker, still or moving, with a thumbnail."""
        bot = _bot(parts, bot_id)
        content = data.content or read_media(f"sticker.{data.format}")
        keep = parts.subscribers.keep_file
        thumbnail = keep(bot, "thumbnail", "webp", read_media("thumbnail.webp"), 0)
        sticker = {
            **keep(bot, "sticker", data.format, content, 0),
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": data.format == "tgs",
            "is_video": data.format == "webm",
            "thumbnail": {**thumbnail, "width": 128, "height": 128},
            "emoji": data.emoji,
            "set_name": data.set_name,
        }
        return _write(parts, bot_id, user_id, {"sticker": sticker})

    @post("/document")
    async def send_document(
        self, parts: Parts, bot_id: int, user_id: int, data: NewDocument
    ) -> Written:
        """Sends a file."""
        extension = data.name.rpartition(".")[2] or "bin"
        bot = _bot(parts, bot_id)
        file = parts.subscribers.keep_file(bot, "document", extension, data.content, data.size)
        document = {**file, "file_name": data.name, "mime_type": data.media_type}
        message: dict[str, Any] = {"document": document}
        if data.caption:
            message["caption"] = data.caption
        return _write(parts, bot_id, user_id, message)

    @post("/message")
    async def write_message(
        self, parts: Parts, bot_id: int, user_id: int, data: NewMessage
    ) -> Written:
        """Writes a message of any content."""
        return _write(parts, bot_id, user_id, data.content, data.reply_to_message_id)

    @post("/edit")
    async def edit(self, parts: Parts, bot_id: int, user_id: int, data: Edit) -> Written:
        """Edits a message of theirs."""
        content = _text_content(NewText(text=data.text, entities=data.entities))
        bot = _bot(parts, bot_id)
        update_id = parts.subscribers.edit(bot, user_id, data.message_id, content)
        return Written(update_id=update_id, message_id=data.message_id)

    @post("/reaction")
    async def react(self, parts: Parts, bot_id: int, user_id: int, data: Reaction) -> Written:
        """Sets their reactions to a message."""
        bot = _bot(parts, bot_id)
        update_id = parts.subscribers.react(bot, user_id, data.message_id, data.emojis)
        return Written(update_id=update_id, message_id=data.message_id)

    @post("/block")
    async def block(self, parts: Parts, bot_id: int, user_id: int) -> Written:
        """Blocks the bot."""
        bot = _bot(parts, bot_id)
        update_id = parts.subscribers.set_blocked(bot, user_id, is_blocked=True)
        return Written(update_id=update_id)

    @post("/unblock")
    async def unblock(self, parts: Parts, bot_id: int, user_id: int) -> Written:
        """Lets the bot in again."""
        bot = _bot(parts, bot_id)
        update_id = parts.subscribers.set_blocked(bot, user_id, is_blocked=False)
        return Written(update_id=update_id)

    @get("/messages")
    async def list_messages(
        self, parts: Parts, bot_id: int, user_id: int, after: int = 0, wait_seconds: float = 0.0
    ) -> SentPage:
        """What the bot wrote here after message number `after`; waits for the next if asked."""
        bot = _bot(parts, bot_id)
        found = _received(bot, user_id, after)
        if not found.items and wait_seconds > 0:
            await parts.arrivals.wait((bot_id, user_id), min(wait_seconds, LONGEST_WAIT_SECONDS))
            found = _received(bot, user_id, after)
        return found


def control_application(parts: Parts) -> Litestar:
    """The control interface of one fake."""

    def provide() -> Parts:
        return parts

    return Litestar(
        [Health, Bots, Chats],
        dependencies={"parts": Provide(provide, sync_to_thread=False)},
        exception_handlers={Refusal: _answer_refusal},
        openapi_config=None,
        on_startup=[parts.start],
        on_shutdown=[parts.close],
    )


def _answer_refusal(_request: Request[Any, Any, Any], refusal: Refusal) -> Response[dict[str, str]]:
    return Response({"message": refusal.description}, status_code=refusal.status)


def _bot(parts: Parts, bot_id: int) -> Bot:
    found = parts.world.bots.get(bot_id)
    if found is None:
        raise Refusal(404, f"no bot {bot_id}")
    return found


def _bot_view(parts: Parts, bot: Bot) -> BotView:
    return BotView(
        id=bot.id,
        token=bot.token,
        username=bot.username,
        name=bot.name,
        webhook_url=bot.inbound.url,
        pending_update_count=len(bot.pending),
        sent_count=len(bot.sent),
        faults=parts.faults.count(bot.id),
    )


def _write(
    parts: Parts, bot_id: int, user_id: int, content: dict[str, Any], reply_to: int | None = None
) -> Written:
    bot = _bot(parts, bot_id)
    message_id, update_id = parts.subscribers.write(bot, user_id, content, reply_to)
    return Written(update_id=update_id, message_id=message_id)


def _text_content(text: NewText) -> dict[str, Any]:
    content: dict[str, Any] = {"text": text.text}
    if text.entities:
        content["entities"] = msgspec.to_builtins(text.entities)
    return content


def _received(bot: Bot, user_id: int, after: int) -> SentPage:
    chat = bot.chats.get(user_id)
    messages = chat.messages.values() if chat else ()
    items = [sent_view(each) for each in messages if each.is_from_bot and each.message_id > after]
    return SentPage(items=items, next=items[-1].message_id if items else after)
