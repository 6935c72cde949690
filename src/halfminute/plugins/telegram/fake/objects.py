"""Builds the Bot API's objects out of the fake's state (#user, #chat, #message)."""

from __future__ import annotations

from typing import Any

from halfminute.plugins.telegram.fake.facts import (
    BusinessMessageWritten,
    ConnectionPut,
    MessageWritten,
)
from halfminute.plugins.telegram.fake.world import Bot, Subscriber, World


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
        "can_connect_to_business": True,
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


def business_connection(subscriber: Subscriber, put: ConnectionPut) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#businessconnection; only given rights are told."""
    return {
        "id": put.connection_id,
        "user": person(subscriber),
        "user_chat_id": put.owner_id,
        "date": put.date,
        "is_enabled": put.is_enabled,
        "rights": {name: True for name, is_given in put.rights.items() if is_given},
    }


def business_message(
    world: World, bot: Bot, written: BusinessMessageWritten, *, with_reply: bool = True
) -> dict[str, Any]:
    """A Message of an owner's chat, as the connected bot is told of it."""
    customer = world.subscribers[written.chat_id]
    owner = world.subscribers[written.owner_id]
    chat = bot.business.chats[written.owner_id, written.chat_id]
    made: dict[str, Any] = {
        "business_connection_id": written.connection_id,
        "message_id": written.message_id,
        "from": person(customer if written.author == "customer" else owner),
        "chat": private_chat(customer),
        "date": int(written.at),
        **written.content,
    }
    if written.author == "bot":
        made["sender_business_bot"] = bot_user(bot)
    edited_at = chat.edited_at.get(written.message_id)
    if edited_at is not None:
        made["edit_date"] = int(edited_at)
    replied = chat.messages.get(written.reply_to) if written.reply_to else None
    if replied is not None and with_reply:
        made["reply_to_message"] = business_message(world, bot, replied, with_reply=False)
    return made
