"""A button pressed under a message: words of who pressed it, and an answer that is owed."""

from __future__ import annotations

from typing import Any

import pytest

from halfminute.plugins.telegram.translate import ALLOWED_UPDATES, translate
from halfminute.sdk.channel import InboundAcknowledgement, InboundMessage
from halfminute.sdk.errors import MalformedPayload
from halfminute.sdk.model import Part, TextPart, UnsupportedPart
from tests.plugins.telegram.updates import ANNA, CHAT, DATE, GROUP, message, update

BOT = {"id": 1, "is_bot": True, "first_name": "Bot"}
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Сайт", "url": "https://example.org"}],
        [{"text": "Да, помогло", "callback_data": "yes"}, {"text": "Нет", "callback_data": "no"}],
    ]
}
ASKED = message(message_id=30, text="Помогло?", reply_markup=KEYBOARD, **{"from": BOT})
OWED = InboundAcknowledgement(reference={"callback_query_id": "4382"})


def query(**fields: Any) -> bytes:
    told = {"id": "4382", "from": ANNA, "message": ASKED, "chat_instance": "1", "data": "yes"}
    return update(callback_query={**told, **fields})


def part_of(raw: bytes) -> Part:
    _, pressed = translate(raw)
    assert isinstance(pressed, InboundMessage)
    (part,) = pressed.parts
    return part


def test_telegram_is_asked_for_presses() -> None:
    assert "callback_query" in ALLOWED_UPDATES


def test_a_press_says_the_words_on_the_button_in_answer_to_its_message() -> None:
    owed, pressed = translate(query())

    assert owed == OWED
    assert isinstance(pressed, InboundMessage)
    assert pressed.external_id == "callback:4382"
    assert (pressed.sender.external_id, pressed.sender.name) == ("7", "Анна Ким")
    assert pressed.parts == (TextPart(text="Да, помогло"),)
    assert pressed.reply_to_external_id == "30"
    # The message's own date is when the bot wrote it, perhaps weeks ago.
    assert pressed.sent_at is None


def test_a_message_too_old_to_be_told_leaves_the_buttons_data() -> None:
    inaccessible = {"chat": CHAT, "message_id": 30, "date": 0}

    assert part_of(query(message=inaccessible)) == TextPart(text="yes")


@pytest.mark.parametrize(
    "keyboard", [None, {}, "x", {"inline_keyboard": [[{"text": "Нет", "callback_data": "no"}]]}]
)
def test_a_keyboard_without_the_button_leaves_its_data(keyboard: object) -> None:
    assert part_of(query(message={**ASKED, "reply_markup": keyboard})) == TextPart(text="yes")


def test_a_game_is_named_and_a_press_of_nothing_is_told_as_such() -> None:
    assert part_of(query(data=None, game_short_name="snake")) == TextPart(text="snake")
    assert part_of(query(data=None)) == UnsupportedPart(vendor_type="callback_query")


@pytest.mark.parametrize(
    "fields",
    [
        {"message": {**ASKED, "chat": GROUP}},
        {"message": None, "inline_message_id": "AAA"},
        {"from": BOT},
    ],
    ids=["in a group", "of an inline message", "by a bot"],
)
def test_a_press_outside_of_a_conversation_is_answered_and_told_to_nobody(
    fields: dict[str, Any],
) -> None:
    assert translate(query(**fields)) == [OWED]


@pytest.mark.parametrize("fields", [{"id": 5}, {"id": None}, {"from": None}, {"message": "x"}])
def test_a_press_that_cannot_be_read_is_malformed(fields: dict[str, Any]) -> None:
    with pytest.raises(MalformedPayload):
        translate(query(**fields))


def test_a_press_has_no_date_to_be_wrong() -> None:
    assert translate(query(message={**ASKED, "date": DATE - 10**6})) == translate(query())
