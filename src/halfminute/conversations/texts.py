"""Checks what an agent wrote against what can be stored, and what its channel carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from halfminute.conversations.errors import InvalidText
from halfminute.conversations.schemas import NewWords
from halfminute.conversations.splitting import Measure
from halfminute.conversations.storable import storable_parts, storable_text
from halfminute.sdk.channel import Capabilities
from halfminute.sdk.entities import check_entities
from halfminute.sdk.errors import InvalidEntities
from halfminute.sdk.model import Entity, MediaKind, MediaPart, TextPart

NOTE_LIMIT: Final = 4096

# A film in a circle has no room for words, on any channel that has such.
_WITHOUT_CAPTION: Final[frozenset[MediaKind]] = frozenset({"video_note"})


def reply_part(
    text: str, entities: Sequence[Entity], capabilities: Capabilities, *, limit: int | None = None
) -> TextPart:
    """The text as a part; `limit` where it is another than the channel's for a message.

    Raises InvalidText, InvalidEntities.
    """
    limit = capabilities.text_limit if limit is None else limit
    _check(text, measure_of(capabilities)(text), limit)
    check_entities(text, entities)
    for entity in entities:
        if entity.type not in capabilities.entity_types:
            raise InvalidEntities(f"the channel has no {entity.type}", type=entity.type)
    part = TextPart(text=text, entities=tuple(entities))
    if storable_parts((part,)) != (part,):
        raise InvalidEntities("an entity holds characters that cannot be stored")
    return part


def takes_caption(part: MediaPart, capabilities: Capabilities) -> bool:
    """Whether words may stand beside the file."""
    return capabilities.caption_limit > 0 and part.kind not in _WITHOUT_CAPTION


def caption_part(new: NewWords, capabilities: Capabilities) -> TextPart | None:
    """The words as a caption; None for no words. Raises InvalidText, InvalidEntities."""
    if not new.text.strip() and not new.entities:
        return None
    return reply_part(new.text, new.entities, capabilities, limit=capabilities.caption_limit)


def note_part(text: str) -> TextPart:
    """The text as a part. Raises InvalidText."""
    _check(text, len(text), NOTE_LIMIT)
    return TextPart(text=text)


def check_storable(text: str) -> None:
    """Raises InvalidText for what PostgreSQL's text cannot hold."""
    if storable_text(text) != text:
        raise InvalidText("the text holds characters that cannot be stored")


def _check(text: str, length: int, limit: int) -> None:
    check_storable(text)
    if not text.strip():
        raise InvalidText("the text is empty", limit=limit)
    if length > limit:
        raise InvalidText("the text is too long", limit=limit, length=length)


def measure_of(capabilities: Capabilities) -> Measure:
    """How the channel counts the length of a text."""
    return len if capabilities.text_unit == "code_points" else _length_in_utf16


def _length_in_utf16(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)
