"""What messages a reply becomes on its channel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute.conversations.composing import Content, check_shape, compose
from halfminute.conversations.errors import (
    ChannelCannotSend,
    FileNotSendable,
    InvalidReply,
    InvalidText,
)
from halfminute.conversations.schemas import NewLocation, NewReply
from halfminute.conversations.splitting import is_inside_character, split_text
from halfminute.files.queries import SendableFile
from halfminute.files.types import FileId
from halfminute.kit.ids import new_id
from halfminute.plugins.telegram.channel import CAPABILITIES
from halfminute.plugins.telegram.utf16 import length_in_units
from halfminute.sdk.entities import check_entities, clean_entities
from halfminute.sdk.model import (
    Entity,
    LocationPart,
    MediaKind,
    MediaPart,
    Part,
    StickerPart,
    TextPart,
)

FAMILY = "👨‍👩‍👧"
UKRAINE = "🇺🇦"
STICKER = StickerPart(format="webp", file_state="ready", emoji="👍", file_id=new_id())


def a_file(kind: MediaKind = "image", size: int = 1000, name: str = "") -> SendableFile:
    return SendableFile(
        id=FileId(new_id()),
        kind=kind,
        media_type="image/png",
        size=size,
        name=name or kind,
        width=None,
        height=None,
        duration_seconds=None,
        storage_key="aa/bb",
    )


def composed(
    text: str = "", *files: SendableFile, entities: tuple[Entity, ...] = ()
) -> list[tuple[Part, ...]]:
    new = NewReply(client_id=new_id(), text=text, entities=entities)
    return compose(new, Content(files=files), CAPABILITIES)


def told(messages: list[tuple[Part, ...]]) -> list[list[str]]:
    """Each message as what it shows: a text's first word, or kind and caption of each file."""
    return [[_word(part) for part in parts] for parts in messages]


def _word(part: Part) -> str:
    if isinstance(part, MediaPart):
        return part.kind + (f": {part.caption.text}" if part.caption else "")
    assert isinstance(part, TextPart)
    return part.text[:10]


def split(text: str, limit: int, *entities: Entity) -> list[TextPart]:
    return list(split_text(TextPart(text=text, entities=entities), limit, length_in_units))


def texts(*arguments: object) -> list[str]:
    return [piece.text for piece in split(*arguments)]  # type: ignore[arg-type]


# --- What may go together


@pytest.mark.parametrize(
    "reply",
    [
        {"text": "and", "sticker_id": new_id()},
        {"file_ids": (new_id(),), "sticker_id": new_id()},
        {"file_ids": (new_id(),), "location": NewLocation(latitude=1, longitude=2)},
        {"text": "and", "location": NewLocation(latitude=1, longitude=2)},
        {"sticker_id": new_id(), "location": NewLocation(latitude=1, longitude=2)},
        {"file_ids": (STICKER.file_id, STICKER.file_id)},
    ],
)
def test_a_sticker_and_a_place_go_alone_and_no_file_twice(reply: dict[str, object]) -> None:
    with pytest.raises(InvalidReply):
        check_shape(msgspec.structs.replace(NewReply(client_id=new_id()), **reply))


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_reply_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidText):
        composed(text)


def test_a_sticker_is_one_message() -> None:
    new = NewReply(client_id=new_id(), sticker_id=new_id())
    assert compose(new, Content(sticker=STICKER), CAPABILITIES) == [(STICKER,)]


def test_a_place_is_one_message_with_its_words_trimmed() -> None:
    place = NewLocation(latitude=50.45, longitude=30.52, title=" Office ", address="Khreshchatyk 1")
    new = NewReply(client_id=new_id(), location=place)
    [(part,)] = compose(new, Content(), CAPABILITIES)
    assert part == LocationPart(
        latitude=50.45, longitude=30.52, title="Office", address="Khreshchatyk 1"
    )


def test_what_the_channel_does_not_carry_is_refused() -> None:
    poor = msgspec.structs.replace(
        CAPABILITIES, can_send_stickers=False, can_send_locations=False, upload_limits={}
    )
    with pytest.raises(ChannelCannotSend):
        compose(NewReply(client_id=new_id()), Content(sticker=STICKER), poor)
    place = NewReply(client_id=new_id(), location=NewLocation(latitude=1, longitude=2))
    with pytest.raises(ChannelCannotSend):
        compose(place, Content(), poor)
    with pytest.raises(FileNotSendable):
        compose(NewReply(client_id=new_id()), Content(files=[a_file()]), poor)


@pytest.mark.parametrize(("kind", "limit"), [("image", 10 << 20), ("file", 50 << 20)])
def test_a_file_of_the_limit_goes_and_one_byte_more_does_not(kind: MediaKind, limit: int) -> None:
    assert composed("", a_file(kind, limit))
    with pytest.raises(FileNotSendable) as refused:
        composed("", a_file(kind, limit + 1))
    assert refused.value.fields["limit"] == limit


# --- Files and words


def test_words_beside_a_file_are_its_caption() -> None:
    assert told(composed("Your bill", a_file("file"))) == [["file: Your bill"]]


def test_pictures_and_films_are_one_album_and_documents_another() -> None:
    files = [a_file(kind) for kind in ("image", "file", "video", "audio", "file", "audio")]
    assert told(composed("Look", *files)) == [
        ["image: Look", "video"],
        ["file", "file"],
        ["audio", "audio"],
    ]


@pytest.mark.parametrize("kind", ["voice", "animation", "video_note"])
def test_what_no_album_takes_goes_alone(kind: MediaKind) -> None:
    assert told(composed("", a_file(kind), a_file(kind))) == [[kind], [kind]]


def test_more_pictures_than_an_album_holds_make_two() -> None:
    assert [len(parts) for parts in composed("", *(a_file() for _ in range(12)))] == [10, 2]


def test_an_album_is_no_larger_than_the_largest_file() -> None:
    files = [a_file("video", 20 << 20) for _ in range(5)]
    assert [len(parts) for parts in composed("", *files)] == [2, 2, 1]
    assert [len(parts) for parts in composed("", *(a_file("file", 50 << 20),) * 2)] == [1, 1]


def test_a_caption_of_1024_units_fits_and_a_longer_one_goes_before() -> None:
    assert len(composed("👍" * 512, a_file())) == 1
    assert told(composed("👍" * 513, a_file())) == [["👍" * 10], ["image"]]


def test_a_video_note_has_no_caption() -> None:
    assert told(composed("Hello", a_file("video_note"))) == [["Hello"], ["video_note"]]


def test_marks_of_a_caption_stay() -> None:
    bold = Entity(type="bold", offset=0, length=4)
    [(part,)] = composed("Your bill", a_file(), entities=(bold,))
    assert isinstance(part, MediaPart)
    assert part.caption == TextPart(text="Your bill", entities=(bold,))


# --- Long texts


def test_a_text_of_the_limit_is_one_message() -> None:
    assert [len(parts) for parts in composed("👍" * 2048)] == [1]
    assert len(composed("👍" * 2049)) == 2


def test_ten_messages_at_most() -> None:
    assert len(composed("a" * 40_960)) == 10
    with pytest.raises(InvalidText):
        composed("a" * 40_961)
    # As long as ten messages, but it cannot be cut so that ten will do.
    with pytest.raises(InvalidText):
        composed(("a" * 2100 + " ") * 19)


def test_a_text_is_cut_between_paragraphs_lines_sentences_words() -> None:
    assert texts("One two.\n\nThree four.", 14) == ["One two.", "Three four."]
    assert texts("One two.\nThree four.", 14) == ["One two.", "Three four."]
    assert texts("One. Two three", 9) == ["One.", "Two three"]
    assert texts("One two three", 9) == ["One two", "three"]
    assert texts("A\n\nlonger paragraph follows", 17) == ["A\n\nlonger", "paragraph follows"]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("ab👍", 3, ["ab", "👍"]),
        (f"a{FAMILY}{FAMILY}", 9, [f"a{FAMILY}", FAMILY]),
        (f"{UKRAINE}{UKRAINE}", 6, [UKRAINE, UKRAINE]),
        ("аи\u0306", 2, ["а", "и\u0306"]),
        ("ab👍🏽", 5, ["ab", "👍🏽"]),
    ],
)
def test_no_character_of_a_reader_is_cut(text: str, limit: int, expected: list[str]) -> None:
    assert texts(text, limit) == expected


def test_a_mark_that_fits_is_not_cut() -> None:
    link = Entity(type="text_link", offset=4, length=9, url="https://example.org")
    assert split("See our bills now", 10, link) == [
        TextPart(text="See"),
        TextPart(text="our bills", entities=(msgspec.structs.replace(link, offset=0),)),
        TextPart(text="now"),
    ]


def test_a_mark_longer_than_a_message_goes_on_in_the_next() -> None:
    bold = Entity(type="bold", offset=0, length=11)
    assert split("aaaaa bbbbb", 6, bold) == [
        TextPart(text="aaaaa", entities=(Entity(type="bold", offset=0, length=5),)),
        TextPart(text="bbbbb", entities=(Entity(type="bold", offset=0, length=5),)),
    ]


_CASES = Path(__file__).parents[2] / "web/packages/thread/src/splitting.cases.json"


@pytest.mark.parametrize("case", json.loads(_CASES.read_text()))
def test_the_desk_counts_the_messages_that_are_made(case: dict[str, Any]) -> None:
    measure = length_in_units if case["unit"] == "utf16" else len
    pieces = split_text(TextPart(text=case["text"]), case["limit"], measure)
    assert [piece.text for piece in pieces] == case["pieces"]


_LETTERS = st.sampled_from(["a", "ї", " ", "\n", ". ", "👍", FAMILY, UKRAINE, "e\u0301", "👍🏽"])
_MARKS = st.lists(
    st.builds(
        Entity,
        type=st.sampled_from(["bold", "italic", "code"]),
        offset=st.integers(0, 60),
        length=st.integers(1, 30),
    ),
    max_size=6,
)


@given(st.lists(_LETTERS, min_size=1, max_size=60), _MARKS, st.integers(16, 40))
def test_nothing_is_lost_and_everything_fits(
    letters: list[str], marks: list[Entity], limit: int
) -> None:
    text = "".join(letters)
    part = TextPart(text=text, entities=clean_entities(text, marks))
    pieces = list(split_text(part, limit, length_in_units))
    assert "".join("".join(piece.text for piece in pieces).split()) == "".join(text.split())
    at = 0
    for piece in pieces:
        assert piece.text
        assert length_in_units(piece.text) <= limit
        check_entities(piece.text, piece.entities)
        at = text.index(piece.text, at)
        assert not (part.entities == () and is_inside_character(text, at))
        at += len(piece.text)
    short = [e for e in part.entities if length_in_units(text[e.offset : e.end]) <= limit]
    visible = [e for e in short if text[e.offset : e.end].strip()]
    kept = sum(len(piece.entities) for piece in pieces)
    assert kept >= len(visible)
