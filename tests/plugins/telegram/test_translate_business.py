"""What is told of a business account's chats, in our words."""

from __future__ import annotations

from typing import Any

import pytest

from halfminute.plugins.telegram.translate import ALLOWED_UPDATES, translate
from halfminute.sdk.channel import (
    InboundAcknowledgement,
    InboundBusinessConnection,
    InboundDeletion,
    InboundEdit,
    InboundMessage,
    Sender,
)
from halfminute.sdk.errors import MalformedPayload
from halfminute.sdk.model import TextPart
from tests.plugins.telegram.updates import ANNA, DATE, GROUP, SENT_AT, message, only_message, update

OWNER = {"id": 900, "is_bot": False, "first_name": "Поддержка", "username": "tele_support"}
BOT = {"id": 123456, "is_bot": True, "first_name": "Halfminute"}


def said(**content: Any) -> dict[str, Any]:
    """A message in the owner's chat with Anna; Anna's, unless `content` says otherwise."""
    return message(business_connection_id="bc1", **content)


def connection(**change: Any) -> bytes:
    told = {
        "id": "bc1",
        "user": OWNER,
        "user_chat_id": 900,
        "date": DATE,
        "is_enabled": True,
        "rights": {"can_reply": True, "can_delete_sent_messages": True},
    }
    return update(business_connection={**told, **change})


def test_all_that_is_told_of_business_accounts_is_asked_for() -> None:
    assert {each for each in ALLOWED_UPDATES if "business" in each} == {
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
    }


def test_a_connection_tells_whose_it_is_and_what_we_may() -> None:
    assert translate(connection()) == [
        InboundBusinessConnection(
            external_id="bc1",
            owner_external_id="900",
            owner_name="Поддержка",
            is_enabled=True,
            can_reply=True,
            can_mark_read=False,
            can_delete=True,
            connected_at=SENT_AT,
            reply_window_seconds=86_400,
        )
    ]


def test_without_rights_nothing_is_allowed() -> None:
    [told] = translate(connection(rights=None, is_enabled=False))

    assert isinstance(told, InboundBusinessConnection)
    assert {told.is_enabled, told.can_reply, told.can_mark_read, told.can_delete} == {False}


def test_the_customers_words_are_theirs() -> None:
    found = only_message(update(business_message=said(text="Здравствуйте")))

    assert found.parts == (TextPart(text="Здравствуйте"),)
    assert found.sender == Sender(
        external_id="7",
        name="Анна Ким",
        username="anna_kim",
        language_hint="kk",
        business_connection_id="bc1",
        author_external_id="7",
    )


def test_the_owners_words_are_said_in_the_customers_chat() -> None:
    raw = update(business_message=said(text="Добрый день", **{"from": OWNER}))

    sender = only_message(raw).sender
    assert (sender.external_id, sender.name) == ("7", "Анна Ким")
    assert sender.author_external_id == "900"
    assert sender.language_hint is None


def test_the_echo_of_what_we_sent_is_nothing_new() -> None:
    raw = update(business_message=said(text="Hi", sender_business_bot=BOT, **{"from": OWNER}))

    assert translate(raw) == []


def test_an_edit_of_what_we_sent_says_so() -> None:
    raw = update(
        edited_business_message=said(
            text="Hi!", edit_date=DATE + 5, sender_business_bot=BOT, **{"from": OWNER}
        )
    )

    [edit] = translate(raw)
    assert isinstance(edit, InboundEdit)
    assert edit.is_of_ours


def test_the_customers_edit_is_theirs() -> None:
    [edit] = translate(update(edited_business_message=said(text="Hi!", edit_date=DATE + 5)))

    assert isinstance(edit, InboundEdit)
    assert (edit.is_of_ours, edit.sender.business_connection_id) == (False, "bc1")


def test_what_is_deleted_is_told_by_its_numbers() -> None:
    deleted = {"business_connection_id": "bc1", "chat": ANNA | {"type": "private"}}
    [deletion] = translate(update(deleted_business_messages={**deleted, "message_ids": [5, 6]}))

    assert isinstance(deletion, InboundDeletion)
    assert deletion.external_ids == ("5", "6")
    assert (deletion.sender.external_id, deletion.sender.business_connection_id) == ("7", "bc1")


def test_a_pressed_button_is_the_customers_though_the_message_is_the_owners() -> None:
    under = said(text="Помогло?", sender_business_bot=BOT, **{"from": OWNER})
    raw = update(callback_query={"id": "q", "from": ANNA, "message": under, "data": "yes"})

    debt, pressed = translate(raw)
    assert isinstance(debt, InboundAcknowledgement)
    assert isinstance(pressed, InboundMessage)
    assert pressed.sender.author_external_id == "7"
    assert pressed.sender.business_connection_id == "bc1"


def test_groups_of_the_owner_are_none_of_ours() -> None:
    assert translate(update(business_message=said(text="Hi", chat=GROUP))) == []


@pytest.mark.parametrize("kind", ["business_message", "edited_business_message"])
def test_a_business_message_without_a_connection_is_malformed(kind: str) -> None:
    with pytest.raises(MalformedPayload):
        translate(update(**{kind: message(text="Hi")}))


@pytest.mark.parametrize("ids", [None, "5", [[]], ["x"]])
def test_a_deletion_that_makes_no_sense_is_malformed(ids: object) -> None:
    deleted = {"business_connection_id": "bc1", "chat": GROUP, "message_ids": ids}
    with pytest.raises(MalformedPayload):
        translate(update(deleted_business_messages=deleted))
