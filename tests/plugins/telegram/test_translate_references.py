"""Replies, quotes and forwards in an update of Telegram: what is told of the other message."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins.telegram.updates import ANNA, CHAT, DATE, message, only_message, update

CHANNEL = {"id": -1005, "type": "channel", "title": "Новости сети"}
ORIGINS = {
    "user": {"type": "user", "date": DATE, "sender_user": ANNA},
    "hidden_user": {"type": "hidden_user", "date": DATE, "sender_user_name": "Сосед"},
    "chat": {
        "type": "chat",
        "date": DATE,
        "sender_chat": {"id": -1001, "type": "supergroup", "title": "Соседи"},
        "author_signature": "admin",
    },
    "channel": {"type": "channel", "date": DATE, "chat": CHANNEL, "message_id": 3},
}


def test_a_reply_names_the_message_and_shows_its_words() -> None:
    replied = message(message_id=30, text="Какой у вас тариф?")

    found = only_message(update(message=message(text="Лайт", reply_to_message=replied)))

    assert (found.reply_to_external_id, found.reply_to_preview) == ("30", "Какой у вас тариф?")


def test_a_quote_shows_the_quoted_words_only() -> None:
    replied = message(message_id=30, text="Тариф Лайт стоит 300, а Макс 500.")
    quote = {"text": "Макс 500", "position": 24}

    found = only_message(update(message=message(text="Его", reply_to_message=replied, quote=quote)))

    assert (found.reply_to_external_id, found.reply_to_preview) == ("30", "Макс 500")


def test_a_quote_from_another_chat_has_words_and_no_message() -> None:
    found = only_message(
        update(
            message=message(
                text="Это правда?",
                external_reply={"origin": {"type": "hidden_user"}},
                quote={"text": "Скидка 90 %", "position": 0},
            )
        )
    )

    assert (found.reply_to_external_id, found.reply_to_preview) == (None, "Скидка 90 %")


def test_a_reply_to_another_topic_of_the_same_chat_names_its_message() -> None:
    external = {"origin": ORIGINS["user"], "chat": CHAT, "message_id": 12}

    found = only_message(update(message=message(text="Да", external_reply=external)))

    assert found.reply_to_external_id == "12"


def test_a_number_of_another_chat_is_none_of_ours() -> None:
    external = {"origin": ORIGINS["channel"], "chat": CHANNEL, "message_id": 3}

    found = only_message(update(message=message(text="Правда?", external_reply=external)))

    assert (found.reply_to_external_id, found.reply_to_preview) == (None, "Новости сети")


@pytest.mark.parametrize(
    ("content", "preview"),
    [
        ({"poll": {"question": "Какой тариф?", "options": []}}, "Какой тариф?"),
        ({"contact": {"phone_number": "+7701", "first_name": "Олег"}}, "Олег +7701"),
        ({"document": {"file_id": "f", "file_name": "договор.pdf"}}, "договор.pdf"),
        ({"photo": []}, "Сосед"),
        ({"location": {"latitude": "north"}}, "Сосед"),
    ],
    ids=["poll", "contact", "file", "photo", "malformed"],
)
def test_an_external_reply_tells_what_it_can(content: dict[str, Any], preview: str) -> None:
    external = {"origin": ORIGINS["hidden_user"], **content}

    found = only_message(update(message=message(text="А это?", external_reply=external)))

    assert (found.reply_to_external_id, found.reply_to_preview) == (None, preview)


@pytest.mark.parametrize("broken", [5, "x", [], {}, {"origin": 5}, {"chat": 1, "message_id": {}}])
def test_an_external_reply_that_tells_nothing_harms_nothing(broken: object) -> None:
    found = only_message(update(message=message(text="А это?", external_reply=broken)))

    assert (found.reply_to_external_id, found.reply_to_preview) == (None, "")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("user", "Анна Ким"),
        ("hidden_user", "Сосед"),
        ("chat", "Соседи"),
        ("channel", "Новости сети"),
    ],
)
def test_a_forward_says_whose_words_it_passes_on(kind: str, name: str) -> None:
    found = only_message(update(message=message(text="Нет связи", forward_origin=ORIGINS[kind])))

    assert found.forwarded_from == name


@pytest.mark.parametrize("broken", [{}, {"type": "of_next_year"}, "x", {"sender_user": 5}, []])
def test_a_forward_of_somebody_we_cannot_read_is_a_forward_still(broken: object) -> None:
    found = only_message(update(message=message(text="Нет связи", forward_origin=broken)))

    assert found.forwarded_from == ""


def test_words_of_their_own_are_no_forward() -> None:
    assert only_message(update(message=message(text="Нет связи"))).forwarded_from is None
