"""Telegram: a bot's private chats, by the Bot API (https://core.telegram.org/bots/api)."""
