"""What the press of a button under a message means: words of who pressed it, and a debt.

Telegram shows the button turning until the query is answered
(https://core.telegram.org/bots/api#callbackquery).
"""

from __future__ import annotations

from typing import Final

import msgspec

from halfminute.plugins.telegram.payloads import CallbackQuery, Envelope, Keyboard
from halfminute.sdk.channel import InboundAcknowledgement, InboundMessage, Sender
from halfminute.sdk.model import Part, TextPart, UnsupportedPart

# What the reference of an acknowledgement names a query by.
QUERY_ID: Final = "callback_query_id"


def debt_of(query: CallbackQuery) -> InboundAcknowledgement:
    """That it is to be answered, wherever it was pressed."""
    return InboundAcknowledgement(reference={QUERY_ID: query.id})


def message_of(query: CallbackQuery, envelope: Envelope, sender: Sender) -> InboundMessage:
    """The button's words, in answer to the message that it stands under.

    Telegram tells no time of the press; the message's own may be long ago.
    """
    return InboundMessage(
        external_id=f"callback:{query.id}",
        sender=sender,
        sent_at=None,
        parts=(_part_of(query),),
        reply_to_external_id=str(envelope.message_id),
    )


def _part_of(query: CallbackQuery) -> Part:
    words = _words_on_the_button(query) or query.data or query.game_short_name
    return TextPart(text=words) if words else UnsupportedPart(vendor_type="callback_query")


def _words_on_the_button(query: CallbackQuery) -> str | None:
    """None where the message is too old to be told with its keyboard, or was changed since."""
    if query.message is None or query.data is None:
        return None
    try:
        keyboard = msgspec.convert(query.message.get("reply_markup"), Keyboard | None)
    except msgspec.ValidationError:
        return None
    rows = keyboard.inline_keyboard if keyboard is not None else ()
    buttons = (button for row in rows for button in row)
    return next((each.text for each in buttons if each.callback_data == query.data), None)
