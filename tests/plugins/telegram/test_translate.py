"""What an update of Telegram means: one play for each kind."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from halfminute.plugins.telegram.translate import read_key, translate
from halfminute.sdk.channel import (
    InboundEdit,
    InboundMessage,
    InboundReachability,
    InboundReaction,
    Sender,
)
from halfminute.sdk.errors import MalformedPayload
from halfminute.sdk.model import (
    Entity,
    StartPart,
    TextPart,
    UnsupportedPart,
)
from tests.plugins.telegram.updates import (
    ANNA,
    CHAT,
    DATE,
    GROUP,
    SENT_AT,
    message,
    only_message,
    only_part,
    update,
)

SENDER = Sender(external_id="7", name="Анна Ким", username="anna_kim", language_hint="kk")


def test_a_text_with_entities() -> None:
    entities = [
        {"type": "bold", "offset": 3, "length": 6},
        {"type": "text_link", "offset": 10, "length": 4, "url": "https://example.org"},
        {"type": "pre", "offset": 15, "length": 2, "language": "python"},
    ]

    found = translate(
        update(message=message(text="👍 Привіт, друг ok", entities=entities)),
    )

    text = TextPart(
        text="👍 Привіт, друг ok",
        entities=(
            Entity(type="bold", offset=2, length=6),
            Entity(type="text_link", offset=9, length=4, url="https://example.org"),
            Entity(type="pre", offset=14, length=2, language="python"),
        ),
    )
    assert found == [
        InboundMessage(external_id="41", sender=SENDER, sent_at=SENT_AT, parts=(text,))
    ]


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "bold", "offset": 1, "length": 1},
        {"type": "bold", "offset": 0, "length": 99},
        {"type": "bold", "offset": "x", "length": 1},
        {"type": "glow", "offset": 0, "length": 2},
        {"type": "text_link", "offset": 0, "length": 2, "url": "javascript:alert(1)"},
        "bold",
    ],
    ids=["half a pair", "too long", "mistyped", "unknown", "script", "no object"],
)
def test_words_survive_an_entity_that_is_unsound(entity: object) -> None:
    assert only_part(text="👍 да", entities=[entity]) == TextPart(text="👍 да")


def test_a_mention_of_a_person_without_username_links_to_them() -> None:
    mention = {"type": "text_mention", "offset": 0, "length": 4, "user": {"id": 99}}

    part = only_part(text="Олег", entities=[mention])

    assert part.entities == (
        Entity(type="text_mention", offset=0, length=4, url="tg://user?id=99"),
    )


def test_an_edit_carries_the_whole_message_and_both_times() -> None:
    found = translate(update(edited_message=message(text="Баланс 100, не 10", edit_date=DATE + 60)))

    assert found == [
        InboundEdit(
            external_id="41",
            sender=SENDER,
            sent_at=SENT_AT,
            edited_at=datetime.fromtimestamp(DATE + 60, tz=UTC),
            parts=(TextPart(text="Баланс 100, не 10"),),
        )
    ]


@pytest.mark.parametrize(
    ("text", "payload"),
    [("/start", ""), ("/start site_abc-1", "site_abc-1"), ("/start@mobile_bot x", "x")],
)
def test_start_is_a_beginning_with_its_payload(text: str, payload: str) -> None:
    found = only_message(update(message=message(text=text)))

    assert (found.parts, found.start_payload) == ((StartPart(payload=payload),), payload)


@pytest.mark.parametrize(
    "text", ["/start привет", "/started", "see /start x", f"/start {'a' * 65}"]
)
def test_what_only_looks_like_start_is_words(text: str) -> None:
    found = only_message(update(message=message(text=text)))

    assert (found.parts, found.start_payload) == ((TextPart(text=text),), None)


@pytest.mark.parametrize(
    "kind",
    [
        "checklist",
        "rich_message",
        "web_app_data",
        "paid_media",
        "pinned_message",
        "something_of_next_year",
    ],
)
def test_a_kind_that_we_cannot_show_is_named(kind: str) -> None:
    assert only_part(**{kind: {"any": "thing"}}) == UnsupportedPart(vendor_type=kind)


def test_a_known_kind_of_an_unknown_shape_is_named_too() -> None:
    assert only_part(photo="not a list") == UnsupportedPart(vendor_type="photo")
    assert only_part(photo=[]) == UnsupportedPart(vendor_type="photo")
    assert only_part(text=5) == UnsupportedPart(vendor_type="text")
    assert only_part() == UnsupportedPart(vendor_type="empty")


def test_every_picture_of_an_album_names_it_and_has_a_name_of_its_own() -> None:
    photo = [{"file_id": "p", "width": 1, "height": 1}]

    found = [
        only_message(update(message=message(message_id=n, photo=photo, media_group_id="1")))
        for n in (50, 51)
    ]

    assert [(each.external_id, each.album_key) for each in found] == [("50", "1"), ("51", "1")]


@pytest.mark.parametrize("key", [None, "", 5, {}])
def test_what_names_no_album_is_of_none(key: object) -> None:
    assert only_message(update(message=message(text="a", media_group_id=key))).album_key is None


@pytest.mark.parametrize(("status", "is_reachable"), [("kicked", False), ("member", True)])
def test_blocking_and_letting_in_again(status: str, is_reachable: bool) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
    member = {
        "chat": CHAT,
        "from": ANNA,
        "date": DATE,
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": status, "until_date": 0},
    }

    assert translate(update(my_chat_member=member)) == [
        InboundReachability(
            sender=SENDER,
            is_reachable=is_reachable,
            reason="" if is_reachable else "blocked",
            at=SENT_AT,
        )
    ]


def reaction(**fields: Any) -> dict[str, Any]:
    return {
        "chat": CHAT,
        "message_id": 41,
        "user": ANNA,
        "date": DATE,
        "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": "👍"}],
        **fields,
    }


def test_a_reaction_is_the_whole_set_now() -> None:
    assert translate(update(message_reaction=reaction())) == [
        InboundReaction(external_id="41", sender=SENDER, emojis=("👍",), at=SENT_AT)
    ]


def test_a_reaction_taken_back_is_an_empty_set() -> None:
    (found,) = translate(update(message_reaction=reaction(new_reaction=[])))

    assert isinstance(found, InboundReaction)
    assert found.emojis == ()


def test_a_person_without_a_last_name_or_any_name() -> None:
    (first,) = translate(
        update(message=message(text="a", **{"from": {"id": 5, "first_name": "Б"}}))
    )
    (none,) = translate(update(message=message(text="a", **{"from": {"id": 5, "username": "u"}})))

    assert isinstance(first, InboundMessage)
    assert isinstance(none, InboundMessage)
    assert (first.sender.name, none.sender.name) == ("Б", "u")


BOT_AUTHOR = {"id": 8, "is_bot": True, "first_name": "Other"}


@pytest.mark.parametrize(
    "raw",
    [
        update(message=message(chat=GROUP, text="всем привет")),
        update(message=message(text="я бот", **{"from": BOT_AUTHOR})),
        update(edited_message=message(chat=GROUP, text="всем", edit_date=DATE)),
        update(message_reaction=reaction(chat=GROUP)),
        update(message_reaction=reaction(user=None)),
        update(channel_post=message(chat={"id": -5, "type": "channel"}, text="новость")),
        update(kind_of_next_year={"a": 1}),
        update(),
    ],
    ids=[
        "group",
        "bot",
        "group edit",
        "group reaction",
        "anonymous reaction",
        "channel",
        "unknown kind",
        "no kind",
    ],
)
def test_what_is_no_conversation_means_nothing_and_still_has_a_key(raw: bytes) -> None:
    assert translate(raw) == []
    assert read_key(raw) == "update:900"


def test_an_ephemeral_message_is_known_by_its_own_number() -> None:
    found = only_message(update(message=message(message_id=0, ephemeral_message_id=12, text="тсс")))

    assert found.external_id == "ephemeral:12"


def test_a_nul_does_not_reach_the_database() -> None:
    bold = [{"type": "bold", "offset": 2, "length": 1}]
    raw = json.dumps({"update_id": 1, "message": message(text="a\x00b", entities=bold)}).encode()

    assert only_message(raw).parts == (
        TextPart(text="a\ufffdb", entities=(Entity(type="bold", offset=2, length=1),)),
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"update_id": "x"}',
        b"\xff\xfe",
        b'{"update_id": 1',
        b"[" * 5000,
    ],
)
def test_no_update_has_no_key(raw: bytes) -> None:
    with pytest.raises(MalformedPayload):
        read_key(raw)
    with pytest.raises(MalformedPayload):
        translate(raw)


@pytest.mark.parametrize(
    "broken",
    [{"text": "no chat"}, {**message(), "date": "today"}, {**message(), "date": 10**18}, "words"],
)
def test_a_message_without_where_and_when_is_malformed_but_has_a_key(broken: object) -> None:
    raw = update(message=broken)

    assert read_key(raw) == "update:900"
    with pytest.raises(MalformedPayload):
        translate(raw)
