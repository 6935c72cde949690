"""Turns a message of ours, or a change of one, into the fields of Telegram's methods; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from halfminute.plugins.telegram.utf16 import Offsets, length_in_units
from halfminute.sdk.channel import Outgoing, OutgoingDeletion, OutgoingEdit
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import Entity, EntityType, MediaKind, Part, TextPart

# https://core.telegram.org/bots/api#sendmessage: 1-4096 characters after entities parsing
TEXT_LIMIT: Final = 4096
# https://core.telegram.org/bots/api#sendphoto: 0-1024 characters after entities parsing
CAPTION_LIMIT: Final = 1024
# https://core.telegram.org/bots/api#sendmediagroup: 2-10 items
ALBUM_LIMIT: Final = 10
# https://core.telegram.org/bots/api#sending-files
_MEGABYTE: Final = 1024 * 1024
UPLOAD_LIMITS: Final[Mapping[MediaKind, int]] = {
    "image": 10 * _MEGABYTE,
    "video": 50 * _MEGABYTE,
    "audio": 50 * _MEGABYTE,
    "voice": 50 * _MEGABYTE,
    "video_note": 50 * _MEGABYTE,
    "animation": 50 * _MEGABYTE,
    "file": 50 * _MEGABYTE,
}

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


class EntityFields(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One MessageEntity; offset and length in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None


class TextFields(msgspec.Struct, frozen=True, kw_only=True):
    """What sendMessage is called with."""

    chat_id: int
    text: str
    entities: tuple[EntityFields, ...]
    reply_to_message_id: int | None


class MessagePlace(msgspec.Struct, frozen=True, kw_only=True):
    """What deleteMessage is called with: a message in its chat."""

    chat_id: int
    message_id: int


class EditFields(MessagePlace, frozen=True, kw_only=True):
    """What editMessageText is called with."""

    text: str
    entities: tuple[EntityFields, ...]


def translate_outgoing(outgoing: Outgoing) -> TextFields:
    """The fields to send; ProviderError, not retryable, for what Telegram would refuse."""
    text = _text_of(outgoing.parts)
    return TextFields(
        chat_id=_chat_id(outgoing.address_external_id),
        text=text.text,
        entities=_entity_fields(text),
        reply_to_message_id=_reply_to(outgoing.reply_to_external_id),
    )


def translate_edit(edit: OutgoingEdit) -> EditFields:
    """The fields to edit by; ProviderError, not retryable, for what Telegram would refuse."""
    text = _text_of(edit.parts)
    return EditFields(
        chat_id=_chat_id(edit.address_external_id),
        message_id=_message_id(edit.external_id),
        text=text.text,
        entities=_entity_fields(text),
    )


def translate_deletion(deletion: OutgoingDeletion) -> MessagePlace:
    """Which message to delete; ProviderError, not retryable, for what is none of Telegram's."""
    return MessagePlace(
        chat_id=_chat_id(deletion.address_external_id),
        message_id=_message_id(deletion.external_id),
    )


def _text_of(parts: tuple[Part, ...]) -> TextPart:
    match parts:
        case (TextPart() as text,):
            _check(text)
            return text
        case _:
            raise ProviderError(
                "only a text can be sent to Telegram yet", is_retryable=False, refusal="unsupported"
            )


def _check(text: TextPart) -> None:
    if not text.text.strip():
        raise ProviderError("Telegram sends no empty message", is_retryable=False, refusal="empty")
    if length_in_units(text.text) > TEXT_LIMIT:
        raise ProviderError(
            f"Telegram takes at most {TEXT_LIMIT} characters in a message",
            is_retryable=False,
            refusal="too_long",
        )


def _entity_fields(text: TextPart) -> tuple[EntityFields, ...]:
    offsets = Offsets(text.text)
    return tuple(_fields_of(entity, offsets) for entity in _compatible(text.entities))


def _fields_of(entity: Entity, offsets: Offsets) -> EntityFields:
    start = offsets.to_units(entity.offset)
    return EntityFields(
        type=entity.type,
        offset=start,
        length=offsets.to_units(entity.end) - start,
        url=entity.url,
        language=entity.language,
        custom_emoji_id=entity.custom_emoji_id,
    )


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


def _chat_id(external_id: str) -> int:
    try:
        return int(external_id)
    except ValueError:
        raise ProviderError(
            f"not a chat of Telegram: {external_id}", is_retryable=False, refusal="chat_not_found"
        ) from None


def _message_id(external_id: str) -> int:
    if not external_id.isdecimal():
        raise ProviderError(
            f"not a message of Telegram: {external_id}", is_retryable=False, refusal="message_gone"
        )
    return int(external_id)


def _reply_to(external_id: str | None) -> int | None:
    """None also for what cannot be replied to, such as an ephemeral message."""
    return int(external_id) if external_id is not None and external_id.isdecimal() else None
