"""The parts a message is made of: the same shape in the store and on our wire.

Offsets and lengths of entities count Unicode code points of the text; a channel that counts
otherwise (Telegram and JavaScript count UTF-16 units) converts at its own edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeAlias, cast
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

EntityType = Literal[
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "date_time",
]
MediaKind = Literal["image", "video", "audio", "voice", "video_note", "animation", "file"]
StickerFormat = Literal["webp", "tgs", "webm"]
# `pending` until our own copy is made and scanned; `too_large` and `infected` are final, `expired`
# and `failed` until somebody has it fetched once more.
FileState = Literal["pending", "ready", "too_large", "expired", "failed", "infected"]
# One word for a list row, as `kind_of` says it.
MessageKind: TypeAlias = Literal[
    MediaKind,
    "text",
    "sticker",
    "location",
    "contact",
    "poll",
    "dice",
    "form",
    "start",
    "unsupported",
]
# What a form asks before a conversation begins.
FormFieldName = Literal["name", "email", "phone", "topic"]
# The provider's own reference to bytes. Only what a plug-in hands in carries it: it becomes a row
# of `files` and is taken off before the part is stored.
Source: TypeAlias = Annotated[dict[str, Any], msgspec.Meta(extra_json_schema={"writeOnly": True})]


class Entity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of text with a meaning; `offset` and `length` in code points.

    `url` belongs to text_link and text_mention, `language` to pre, `custom_emoji_id` to
    custom_emoji.
    """

    type: EntityType
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None

    @property
    def end(self) -> int:
        """The first code point after the entity."""
        return self.offset + self.length


class TextPart(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="text"):
    """Words, with entities that are in range, sorted, and nested or apart.

    `buttons` are answers to choose from: who presses one says its words, in answer to the message.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    buttons: tuple[str, ...] | UnsetType = UNSET


class MediaPart(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="media"):
    """A picture, a sound, a film or a file. Sizes in bytes and pixels.

    Views alone tell of `thumbnail_url` (an address of ours, for who is signed in) and `waveform`
    (loudness of stretches of equal length, 0 to 100), for a file that has them.
    """

    kind: MediaKind
    file_state: FileState
    file_id: UUID | None = None
    media_type: str = "application/octet-stream"
    size: int | None = None
    width: int | None = None
    height: int | None = None
    duration_seconds: int | None = None
    name: str = ""
    caption: TextPart | None = None
    thumbnail_url: str | UnsetType = UNSET
    waveform: tuple[int, ...] | UnsetType = UNSET
    source: Source | UnsetType = UNSET


class StickerPart(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="sticker"):
    """A sticker: still (webp) or moving (tgs is gzipped Lottie, webm is video).

    The thumbnail is a still picture for those who cannot show the moving one.
    """

    format: StickerFormat
    file_state: FileState
    emoji: str = ""
    set_name: str | None = None
    file_id: UUID | None = None
    thumbnail_file_id: UUID | None = None
    width: int | None = None
    height: int | None = None
    source: Source | UnsetType = UNSET
    thumbnail_source: Source | UnsetType = UNSET


class LocationPart(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="location"):
    """A place on the map, in degrees (WGS 84); a venue has a title and an address as well.

    `live_until`: the sender shows where it is until then, and each move revises the message.
    """

    latitude: float
    longitude: float
    accuracy_meters: float | None = None
    title: str = ""
    address: str = ""
    live_until: datetime | None = None


class ContactPart(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="contact"):
    """A person's phone number. `is_proven`: the channel says that it is the sender's own."""

    name: str
    phone: str
    is_proven: bool = False


class PollOption(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, and how many gave it."""

    text: str
    voter_count: int = 0


class PollPart(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="poll"):
    """A question with answers to choose from, as it stood when it was told."""

    question: str
    options: tuple[PollOption, ...] = ()
    voter_count: int = 0
    has_many_answers: bool = False
    is_closed: bool = False


class DicePart(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="dice"):
    """An emoji with a random value that the channel has drawn: a die, a dart, a slot machine."""

    emoji: str
    value: int


class FormAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the person wrote into one field, unproven."""

    name: FormFieldName
    value: str


class FormPart(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="form"):
    """What the person told of themselves before they wrote, in the order of the form."""

    answers: tuple[FormAnswer, ...]


class UnsupportedPart(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="unsupported"
):
    """Something the channel can say and we cannot show yet; the raw payload keeps it."""

    vendor_type: str


class StartPart(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="start"):
    """The person opened the channel, perhaps by a link that carried `payload`."""

    payload: str = ""


Part = (
    TextPart
    | MediaPart
    | StickerPart
    | LocationPart
    | ContactPart
    | PollPart
    | DicePart
    | FormPart
    | UnsupportedPart
    | StartPart
)

_ENCODER: Final = msgspec.json.Encoder()

PREVIEW_LENGTH: Final = 120


def encode_parts(parts: Sequence[Part]) -> bytes:
    """Parts as JSON, the form of the store and the wire."""
    return _ENCODER.encode(tuple(parts))


class _Stored(msgspec.Struct):
    # msgspec keeps what it has worked out of a struct's types, and of nothing else.
    parts: tuple[Part, ...]


def read_parts(stored: Any) -> tuple[Part, ...]:
    """Parts as a row's decoded jsonb has them. Raises msgspec.ValidationError."""
    return msgspec.convert({"parts": stored}, _Stored).parts


def kind_of(parts: Sequence[Part]) -> MessageKind:
    """One word for a list row: what is to be looked at goes before the words beside it."""
    for part in parts:
        if isinstance(part, MediaPart):
            return part.kind
    if not parts:
        return "text"
    return cast("MessageKind", parts[0].__struct_config__.tag)


def preview_text(parts: Sequence[Part], length: int = PREVIEW_LENGTH) -> str:
    """One line of at most `length` code points for a list row.

    A file without a caption shows its name; what has no words at all shows nothing, and the row
    says it by `kind_of`.
    """
    words = (_words_of(part) or _name_of(part) for part in parts)
    line = " ".join(" ".join(filter(None, words)).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _words_of(part: Part) -> str:
    match part:
        case TextPart(text=words) | MediaPart(caption=TextPart(text=words)):
            return words
        case StickerPart(emoji=words) | DicePart(emoji=words):
            return words
        case LocationPart(title=words) | PollPart(question=words):
            return words
        case ContactPart(name=name, phone=phone):
            return f"{name} {phone}"
        case _:
            return ""


def _name_of(part: Part) -> str:
    return part.name if isinstance(part, MediaPart) else ""
