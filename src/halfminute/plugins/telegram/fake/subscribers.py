"""What simulated subscribers do: each deed changes the world and queues the bot's update."""

from __future__ import annotations

import time
from typing import Any, Final

from halfminute.plugins.telegram.fake import objects
from halfminute.plugins.telegram.fake.buttons import press_button
from halfminute.plugins.telegram.fake.facts import (
    ChatBlocked,
    ChatOpened,
    FileKept,
    MessageAged,
    MessageChanged,
    MessageWritten,
    SubscriberMade,
)
from halfminute.plugins.telegram.fake.refusals import Refusal
from halfminute.plugins.telegram.fake.updates import Updates
from halfminute.plugins.telegram.fake.world import Bot, Subscriber, World

_FOLDERS: Final = {
    "photo": "photos",
    "sticker": "stickers",
    "voice": "voice",
    "video": "videos",
}


class Subscribers:
    """Acts for the people who write to bots."""

    def __init__(self, world: World, updates: Updates) -> None:
        self._world = world
        self._updates = updates

    def write(
        self, bot: Bot, user_id: int, content: dict[str, Any], reply_to: int | None = None
    ) -> tuple[int, int | None]:
        """Writes a message of any content; opens the chat. Its number and its update's."""
        subscriber = self._subscriber(user_id)
        self.open_chat(bot, user_id)
        written = self._world.write_message(
            bot, user_id, content, is_from_bot=False, reply_to=reply_to
        )
        body = objects.message(bot, subscriber, written)
        return written.message_id, self._updates.queue(bot, "message", user_id, body)

    def open_chat(self, bot: Bot, user_id: int) -> None:
        """Lets the bot write, without a word."""
        self._subscriber(user_id)
        if user_id not in bot.chats:
            self._world.record(ChatOpened(bot_id=bot.id, chat_id=user_id))

    def edit(self, bot: Bot, user_id: int, message_id: int, content: dict[str, Any]) -> int | None:
        """Replaces the content of a message of theirs; the update's number."""
        subscriber = self._subscriber(user_id)
        old = self._message(bot, user_id, message_id)
        if old.is_from_bot:
            raise Refusal(400, "only their own messages can be edited")
        changed = MessageChanged(
            bot_id=bot.id,
            chat_id=user_id,
            message_id=message_id,
            at=time.time(),
            content=content,
        )
        self._world.record(changed)
        new = bot.chats[user_id].messages[message_id]
        body = objects.message(bot, subscriber, new)
        return self._updates.queue(bot, "edited_message", user_id, body)

    def age(self, bot: Bot, user_id: int, message_id: int, seconds: float) -> None:
        """Lets a message of the chat count as older."""
        self._message(bot, user_id, message_id)
        self._world.record(
            MessageAged(bot_id=bot.id, chat_id=user_id, message_id=message_id, seconds=seconds)
        )

    def react(self, bot: Bot, user_id: int, message_id: int, emojis: list[str]) -> int | None:
        """Sets their reactions to a message; the update's number."""
        subscriber = self._subscriber(user_id)
        self._message(bot, user_id, message_id)
        body = {
            "chat": objects.private_chat(subscriber),
            "message_id": message_id,
            "user": objects.person(subscriber),
            "date": int(time.time()),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": emoji} for emoji in emojis],
        }
        return self._updates.queue(bot, "message_reaction", user_id, body)

    def press(self, bot: Bot, user_id: int, message_id: int, data: str) -> int | None:
        """Presses a button under a message of the bot's; the update's number."""
        subscriber = self._subscriber(user_id)
        message = self._message(bot, user_id, message_id)
        pressed = press_button(self._world, bot, message, data)
        body = {
            "id": pressed.query_id,
            "from": objects.person(subscriber),
            "message": objects.message(bot, subscriber, message),
            "chat_instance": str(bot.id ^ user_id),
            "data": data,
        }
        return self._updates.queue(bot, "callback_query", user_id, body)

    def set_blocked(self, bot: Bot, user_id: int, *, is_blocked: bool) -> int | None:
        """Blocks the bot, or lets it in again; the update's number."""
        subscriber = self._subscriber(user_id)
        self.open_chat(bot, user_id)
        self._world.record(ChatBlocked(bot_id=bot.id, chat_id=user_id, is_blocked=is_blocked))
        statuses = ("member", "kicked") if is_blocked else ("kicked", "member")
        old, new = ({"user": objects.bot_user(bot), "status": status} for status in statuses)
        body = {
            "chat": objects.private_chat(subscriber),
            "from": objects.person(subscriber),
            "date": int(time.time()),
            "old_chat_member": old,
            "new_chat_member": {**new, "until_date": 0} if is_blocked else new,
        }
        return self._updates.queue(bot, "my_chat_member", user_id, body)

    def keep_file(
        self, bot: Bot, kind: str, extension: str, content: bytes | None, size: int
    ) -> dict[str, Any]:
        """A file that the bot may fetch, as its #file fields."""
        number = self._world.next_file_number(bot)
        folder = _FOLDERS.get(kind, "documents")
        kept = FileKept(
            bot_id=bot.id,
            file_id=f"{kind}{bot.id}_{number}",
            path=f"{folder}/file_{number}.{extension}",
            size=len(content) if content is not None else size,
            content=content,
        )
        self._world.record(kept)
        return {
            "file_id": kept.file_id,
            "file_unique_id": f"u{kept.file_id}",
            "file_size": kept.size,
        }

    def make(self, made: SubscriberMade) -> None:
        """A new person, or a known one with another name."""
        self._world.record(made)

    def _subscriber(self, user_id: int) -> Subscriber:
        found = self._world.subscribers.get(user_id)
        if found is None:
            raise Refusal(404, f"no subscriber {user_id}")
        return found

    def _message(self, bot: Bot, user_id: int, message_id: int) -> MessageWritten:
        chat = bot.chats.get(user_id)
        found = chat.messages.get(message_id) if chat else None
        if found is None:
            raise Refusal(404, f"no message {message_id} in the chat of {user_id}")
        return found
