"""Pictures, stickers and files in an update of Telegram: what becomes of each."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from halfminute.plugins.telegram.translate import translate
from halfminute.sdk.channel import InboundEdit
from halfminute.sdk.model import Entity, MediaPart, StickerPart, TextPart
from tests.plugins.telegram.updates import DATE, message, only_part, update


def test_an_edited_caption_keeps_its_picture() -> None:
    photo = [{"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9}]

    (found,) = translate(
        update(edited_message=message(photo=photo, caption="новое", edit_date=DATE))
    )

    assert isinstance(found, InboundEdit)
    (part,) = found.parts
    assert isinstance(part, MediaPart)
    assert (part.kind, part.caption) == ("image", TextPart(text="новое"))


def test_of_a_photo_the_largest_size_is_taken() -> None:
    sizes = [
        {"file_id": "s", "file_unique_id": "us", "width": 90, "height": 67, "file_size": 1000},
        {"file_id": "l", "file_unique_id": "ul", "width": 1280, "height": 960, "file_size": 90000},
        {"file_id": "m", "file_unique_id": "um", "width": 320, "height": 240, "file_size": 9000},
    ]
    bold = [{"type": "bold", "offset": 0, "length": 3}]

    part = only_part(photo=sizes, caption="вот скрин", caption_entities=bold)

    assert part == MediaPart(
        kind="image",
        file_state="pending",
        media_type="image/jpeg",
        size=90000,
        width=1280,
        height=960,
        caption=TextPart(text="вот скрин", entities=(Entity(type="bold", offset=0, length=3),)),
        source={"file_id": "l", "file_unique_id": "ul"},
    )


STICKER = {
    "file_id": "st",
    "file_unique_id": "ust",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "😂",
    "set_name": "Cats",
    "thumbnail": {"file_id": "th", "file_unique_id": "uth", "width": 128, "height": 128},
    "file_size": 20_000,
}


@pytest.mark.parametrize(
    ("marks", "format_name"),
    [({}, "webp"), ({"is_animated": True}, "tgs"), ({"is_video": True}, "webm")],
)
def test_a_sticker_still_or_moving_keeps_its_thumbnail(
    marks: dict[str, bool], format_name: str
) -> None:
    part = only_part(sticker={**STICKER, **marks})

    assert isinstance(part, StickerPart)
    assert (part.format, part.emoji, part.set_name) == (format_name, "😂", "Cats")
    assert part.source == {"file_id": "st", "file_unique_id": "ust"}
    assert part.thumbnail_source == {"file_id": "th", "file_unique_id": "uth"}


def test_a_sticker_without_thumbnail_is_still_a_sticker() -> None:
    part = only_part(sticker={**STICKER, "thumbnail": None})

    assert part.thumbnail_source is UNSET


@pytest.mark.parametrize(
    ("field", "kind", "media_type"),
    [
        ("voice", "voice", "audio/ogg"),
        ("video", "video", "video/mp4"),
        ("video_note", "video_note", "video/mp4"),
        ("audio", "audio", "audio/mpeg"),
        ("document", "file", "application/octet-stream"),
        ("animation", "animation", "video/mp4"),
    ],
)
def test_every_medium_has_its_kind(field: str, kind: str, media_type: str) -> None:
    part = only_part(**{field: {"file_id": "f", "duration": 5}})

    assert isinstance(part, MediaPart)
    assert (part.kind, part.media_type, part.file_state) == (kind, media_type, "pending")


def test_an_animation_is_not_taken_for_the_document_beside_it() -> None:
    assert only_part(document={"file_id": "f"}, animation={"file_id": "f"}).kind == "animation"


def test_a_file_keeps_its_name_and_type_and_says_when_it_is_too_large() -> None:
    part = only_part(
        document={
            "file_id": "f",
            "file_name": "запись.mp4",
            "mime_type": "video/mp4",
            "file_size": 21 * 1024 * 1024,
        }
    )

    assert (part.name, part.media_type, part.file_state) == (
        "запись.mp4",
        "video/mp4",
        "too_large",
    )
