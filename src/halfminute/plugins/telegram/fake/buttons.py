"""Buttons under a bot's messages: what the documentation demands of them, and their presses.

https://core.telegram.org/bots/api#inlinekeyboardbutton and #answercallbackquery
"""

from __future__ import annotations

import time
from typing import Any, Final

import msgspec

from halfminute.plugins.telegram.fake.facts import (
    BusinessMessageWritten,
    ButtonPressed,
    MessageWritten,
    PressAnswered,
)
from halfminute.plugins.telegram.fake.parameters import (
    AnswerCallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from halfminute.plugins.telegram.fake.refusals import Refusal, bad_request
from halfminute.plugins.telegram.fake.world import Bot, World

# "Data to be sent in a callback query to the bot when the button is pressed, 1-64 bytes"
_DATA_BYTES: Final = 64
# "Text of the notification ..., 0-200 characters"
_TEXT_LENGTH: Final = 200


def check_keyboard(keyboard: InlineKeyboardMarkup) -> dict[str, Any]:
    """The keyboard as a message tells it; raises Refusal."""
    for row in keyboard.inline_keyboard:
        for button in row:
            _check_button(button)
    rows = msgspec.to_builtins(keyboard.inline_keyboard)
    told = [[{k: v for k, v in button.items() if v is not None} for button in row] for row in rows]
    return {"inline_keyboard": told}


def _check_button(button: InlineKeyboardButton) -> None:
    """ "Exactly one of the fields other than text ... must be used to specify the type" """
    if not button.text:
        raise bad_request("can't parse inline keyboard button: text is empty")
    if (button.callback_data is None) == (button.url is None):
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if button.callback_data is not None and not (
        1 <= len(button.callback_data.encode()) <= _DATA_BYTES
    ):
        raise bad_request("BUTTON_DATA_INVALID")


def find_button(message: MessageWritten | BusinessMessageWritten, data: str) -> dict[str, Any]:
    """The button with this data; raises Refusal (404)."""
    rows = message.content.get("reply_markup", {}).get("inline_keyboard", [])
    for row in rows:
        for button in row:
            if button.get("callback_data") == data:
                found: dict[str, Any] = button
                return found
    raise Refusal(404, f"message {message.message_id} has no button {data!r}")


def press_button(
    world: World, bot: Bot, message: MessageWritten | BusinessMessageWritten, data: str
) -> ButtonPressed:
    """A person presses the button with this data. Raises Refusal."""
    find_button(message, data)
    pressed = ButtonPressed(
        bot_id=bot.id,
        query_id=str(time.time_ns()),
        chat_id=message.chat_id,
        message_id=message.message_id,
        data=data,
        at=time.time(),
    )
    world.record(pressed)
    return pressed


def answer_press(
    world: World, bot: Bot, parameters: AnswerCallbackQuery, lifetime_seconds: float
) -> bool:
    """What answerCallbackQuery does; raises Refusal for a press that waits for nothing."""
    if len(parameters.text) > _TEXT_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    pressed = bot.presses.get(parameters.callback_query_id)
    if (
        pressed is None
        or pressed.query_id in bot.press_answers
        or time.time() - pressed.at > lifetime_seconds
    ):
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    answered = PressAnswered(bot_id=bot.id, query_id=pressed.query_id, text=parameters.text)
    world.record(answered)
    return True
