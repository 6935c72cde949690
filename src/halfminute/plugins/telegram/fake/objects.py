"""Builds the Bot API's objects out of the fake's state (#user, #chat, #message)."""

from __future__ import annotations

from typing import Any

from halfminute.plugins.telegram.fake.facts import MessageWritten
from halfminute.plugins.telegram.fake.world import Bot, Subscriber


def without_none(fields: dict[str, Any]) -> dict[str, Any]:
    """The Bot API leaves out what there is not."""
    return {name: value for name, value in fields.items() if value is not None}


def bot_user(bot: Bot) -> dict[str, Any]:
    """The bot as a User."""
    return {"id": bot.id, "is_bot": True, "first_name": bot.name, "username": bot.username}


def get_me(bot: Bot) -> dict[str, Any]:
    """The bot as getMe tells it."""
    return {
        **bot_user(bot),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def person(subscriber: Subscriber) -> dict[str, Any]:
    """A subscriber as a User."""
    made = subscriber.made
    return without_none(
        {
            "id": made.user_id,
            "is_bot": False,
            "first_name": made.first_name,
            "last_name": made.last_name,
            "username": made.username,
            "language_code": made.language_code,
        }
    )


def private_chat(subscriber: Subscriber) -> dict[str, Any]:
    """A subscriber's private chat with a bot as a Chat."""
    made = subscriber.made
    return without_none(
        {
            "id": made.user_id,
            "first_name": made.first_name,
            "last_name": made.last_name,
            "username": made.username,
            "type": "private",
        }
    )


def message(
    bot: Bot, subscriber: Subscriber, written: MessageWritten, *, with_reply: bool = True
) -> dict[str, Any]:
    """A Message; the one it replies to is inside, without its own."""
    author = bot_user(bot) if written.is_from_bot else person(subscriber)
    chat = bot.chats[written.chat_id]
    made: dict[str, Any] = {
        "message_id": written.message_id,
        "from": author,
        "chat": private_chat(subscriber),
        "date": int(written.at),
        **written.content,
    }
    edited_at = chat.edited_at.get(written.message_id)
    if edited_at is not None:
        made["edit_date"] = int(edited_at)
    replied = chat.messages.get(written.reply_to) if written.reply_to else None
    if replied is not None and with_reply:
        made["reply_to_message"] = message(bot, subscriber, replied, with_reply=False)
    return made
