"""What the documentation demands of a text and its entities.

https://core.telegram.org/bots/api#sendmessage and #formatting-options. Written apart from the
plug-in's own conversions, over the UTF-16 bytes themselves, so that one fault is not in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from halfminute.plugins.telegram.fake.refusals import bad_request

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024

_LITERAL: Final = frozenset({"code", "pre"})
_QUOTES: Final = frozenset({"blockquote", "expandable_blockquote"})
_TYPES: Final = frozenset(
    [
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
)
_REQUIRED: Final = {
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}


class MessageEntity(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """https://core.telegram.org/bots/api#messageentity; no field beyond these."""

    type: str
    offset: int
    length: int
    url: str | None = None
    user: dict[str, object] | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None


def check_text(text: str, entities: Sequence[MessageEntity]) -> tuple[str, list[MessageEntity]]:
    """The text as Telegram keeps it: trimmed, entities sorted and moved along; or a Refusal."""
    kept, moved = _trimmed(text, entities)
    if not kept:
        raise bad_request("message text is empty")
    if _units(kept) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return kept, moved


def check_caption(text: str, entities: Sequence[MessageEntity]) -> tuple[str, list[MessageEntity]]:
    """The same of a caption, which may be empty."""
    kept, moved = _trimmed(text, entities)
    if _units(kept) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return kept, moved


def _trimmed(text: str, entities: Sequence[MessageEntity]) -> tuple[str, list[MessageEntity]]:
    units = text.encode("utf-16-le")
    for entity in entities:
        _check_entity(entity, units)
    ordered = sorted(entities, key=lambda each: (each.offset, -each.length))
    _check_nesting(ordered)
    trimmed = text.strip()
    length = _units(trimmed)
    lead = _units(text[: len(text) - len(text.lstrip())])
    moved = (_moved(entity, lead, length) for entity in ordered)
    return trimmed, [each for each in moved if each.length > 0]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _check_entity(entity: MessageEntity, units: bytes) -> None:
    if entity.type not in _TYPES:
        raise bad_request(f"can't parse entities: unsupported type {entity.type!r}")
    end = entity.offset + entity.length
    if entity.offset < 0 or entity.length <= 0 or end > len(units) // 2:
        raise bad_request("entity is out of the text: incorrect offset or length")
    if _splits_pair(units, entity.offset) or _splits_pair(units, end):
        raise bad_request("entity begins or ends in a middle of a UTF-16 symbol")
    required = _REQUIRED.get(entity.type)
    if required is not None and not getattr(entity, required):
        raise bad_request(f"can't parse entities: {entity.type} needs {required}")


def _splits_pair(units: bytes, offset: int) -> bool:
    """Whether the unit at an offset is the second half of a surrogate pair."""
    pair = units[2 * offset : 2 * offset + 2]
    return len(pair) == 2 and 0xDC <= pair[1] <= 0xDF


def _check_nesting(ordered: list[MessageEntity]) -> None:
    around: list[MessageEntity] = []
    for entity in ordered:
        around = [each for each in around if each.offset + each.length > entity.offset]
        for outer in around:
            if entity.offset + entity.length > outer.offset + outer.length:
                raise bad_request("entities overlap: one must be fully inside another")
            if outer.type in _LITERAL:
                raise bad_request(f"{outer.type} entities can't contain other entities")
            if entity.type in _LITERAL and outer.type not in _QUOTES:
                raise bad_request(f"{entity.type} entities can't be part of {outer.type}")
            if outer.type in _QUOTES and entity.type in _QUOTES:
                raise bad_request("blockquote entities can't be nested")
        around.append(entity)


def _moved(entity: MessageEntity, lead: int, length: int) -> MessageEntity:
    start = max(entity.offset - lead, 0)
    end = min(entity.offset + entity.length - lead, length)
    return msgspec.structs.replace(entity, offset=start, length=max(end - start, 0))
