"""Turns words with marks into Telegram's, within Telegram's limits; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from halfminute.plugins.telegram.utf16 import Offsets, length_in_units
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import Entity, EntityType, TextPart

# https://core.telegram.org/bots/api#sendmessage: 1-4096 characters after entities parsing
TEXT_LIMIT: Final = 4096
# https://core.telegram.org/bots/api#sendphoto: 0-1024 characters after entities parsing
CAPTION_LIMIT: Final = 1024

# What a bot may mark; Telegram finds links, mentions and commands in the words by itself.
SENDABLE: Final[frozenset[EntityType]] = frozenset(
    {
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
        "custom_emoji",
    }
)
_LITERAL: Final = frozenset({"code", "pre"})
_QUOTES: Final = frozenset({"blockquote", "expandable_blockquote"})


def check_text(text: TextPart, limit: int, *, may_be_empty: bool = False) -> None:
    """ProviderError for what Telegram would refuse."""
    if not may_be_empty and not text.text.strip():
        raise ProviderError("Telegram sends no empty message", is_retryable=False, refusal="empty")
    if length_in_units(text.text) > limit:
        raise ProviderError(
            f"Telegram takes at most {limit} characters there",
            is_retryable=False,
            refusal="too_long",
        )


def entity_fields(text: TextPart) -> list[dict[str, Any]]:
    """Each as a MessageEntity, which counts UTF-16 code units."""
    offsets = Offsets(text.text)
    return [_fields_of(entity, offsets) for entity in _compatible(text.entities)]


def _fields_of(entity: Entity, offsets: Offsets) -> dict[str, Any]:
    start = offsets.to_units(entity.offset)
    fields = {
        "type": entity.type,
        "offset": start,
        "length": offsets.to_units(entity.end) - start,
        "url": entity.url,
        "language": entity.language,
        "custom_emoji_id": entity.custom_emoji_id,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _compatible(entities: Iterable[Entity]) -> Iterable[Entity]:
    """The sendable ones, without what may not lie in another: the outer wins.

    Code holds no other entity, quotes hold no quotes
    (https://core.telegram.org/bots/api#formatting-options).
    """
    around: list[Entity] = []
    for entity in entities:
        around = [each for each in around if each.end > entity.offset]
        if entity.type in SENDABLE and not any(_excludes(each, entity) for each in around):
            around.append(entity)
            yield entity


def _excludes(outer: Entity, inner: Entity) -> bool:
    return (
        outer.type in _LITERAL
        or (outer.type in _QUOTES and inner.type in _QUOTES)
        or (inner.type in _LITERAL and outer.type not in _QUOTES)
    )
