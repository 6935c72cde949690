"""Parts: one shape in the store and on the wire, and their words for a list row."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from halfminute.sdk.model import (
    ContactPart,
    DicePart,
    Entity,
    FormAnswer,
    FormPart,
    LocationPart,
    MediaPart,
    Part,
    PollOption,
    PollPart,
    StartPart,
    StickerPart,
    TextPart,
    UnsupportedPart,
    encode_parts,
    kind_of,
    preview_text,
)

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
FILE_ID = UUID("0190163d-8694-739b-aea5-966c26f8ad90")
EVERY_KIND: tuple[Part, ...] = (
    TextPart(text="Привіт 👍", entities=(Entity(type="bold", offset=0, length=6),)),
    MediaPart(kind="image", file_state="ready", file_id=FILE_ID, caption=TextPart(text="ось")),
    StickerPart(format="tgs", file_state="pending", emoji="😂"),
    LocationPart(latitude=50.45, longitude=30.52, title="Store", live_until=NOON),
    ContactPart(name="Олена", phone="+380501234567", is_proven=True),
    PollPart(question="Which plan?", options=(PollOption(text="S", voter_count=2),), voter_count=2),
    DicePart(emoji="🎯", value=6),
    FormPart(answers=(FormAnswer(name="topic", value="Roaming"),)),
    UnsupportedPart(vendor_type="story"),
    StartPart(payload="site-1"),
)


def test_stored_parts_come_back_as_they_were() -> None:
    assert msgspec.json.decode(encode_parts(EVERY_KIND), type=tuple[Part, ...]) == EVERY_KIND


def test_each_part_names_its_type() -> None:
    types = [part["type"] for part in msgspec.json.decode(encode_parts(EVERY_KIND))]

    assert types == [
        "text",
        "media",
        "sticker",
        "location",
        "contact",
        "poll",
        "dice",
        "form",
        "unsupported",
        "start",
    ]


def test_a_part_without_source_says_nothing_of_it() -> None:
    assert b"source" not in encode_parts(EVERY_KIND)


def test_an_unknown_part_is_not_decoded() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'[{"type": "hologram"}]', type=tuple[Part, ...])


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ((TextPart(text="a"),), "text"),
        ((TextPart(text="a"), MediaPart(kind="voice", file_state="pending")), "voice"),
        ((StickerPart(format="webp", file_state="pending"),), "sticker"),
        ((DicePart(emoji="🎲", value=1),), "dice"),
        ((FormPart(answers=()),), "form"),
        ((UnsupportedPart(vendor_type="story"),), "unsupported"),
        ((StartPart(),), "start"),
        ((), "text"),
    ],
)
def test_a_row_says_what_there_is_to_look_at(parts: tuple[Part, ...], kind: str) -> None:
    assert kind_of(parts) == kind


def test_preview_is_one_line_of_limited_length() -> None:
    parts = (TextPart(text="Баланс\n\n  не тот,\tпочему? " * 20),)

    preview = preview_text(parts, 40)

    assert preview == "Баланс не тот, почему? Баланс не тот, п…"
    assert len(preview) == 40


def test_preview_of_a_file_without_words_is_its_name() -> None:
    file = MediaPart(kind="file", file_state="pending", name="договор.pdf")

    assert preview_text((file,)) == "договор.pdf"
