"""Turns the content of a Telegram message into parts, whatever kind it is.

A kind that we know but that is not shaped as documented becomes an `unsupported` part, as does a
kind that we do not know: Telegram adds several a year, and no message may be lost to that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

import msgspec

from halfminute.plugins.telegram import attachments
from halfminute.plugins.telegram.payloads import File, MessageEntity, Sticker
from halfminute.plugins.telegram.utf16 import Offsets
from halfminute.sdk.entities import clean_entities, is_safe_link
from halfminute.sdk.model import (
    Entity,
    EntityType,
    FileState,
    MediaKind,
    MediaPart,
    Part,
    StartPart,
    StickerPart,
    TextPart,
    UnsupportedPart,
)

# "The maximum file size to download is 20 MB" (https://core.telegram.org/bots/api#getfile)
FETCH_LIMIT: Final = 20 * 1024 * 1024

_ENTITY_TYPES: Final = frozenset(get_args(EntityType))
# Payload of a deep link: https://core.telegram.org/bots/features#deep-linking
_START: Final = re.compile(r"/start(?:@\w+)?(?:[ ]([A-Za-z0-9_-]{1,64}))?")

# What a message says about itself, beside its content (https://core.telegram.org/bots/api#message)
NOT_CONTENT: Final = frozenset(
    re.findall(
        r"\w+",
        """
    message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count
    sender_business_bot sender_tag guest_query_id business_connection_id date chat
    forward_origin is_topic_message is_automatic_forward reply_to_message external_reply quote
    reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot
    guest_bot_caller_user guest_bot_caller_chat edit_date has_protected_content is_from_offline
    is_paid_post media_group_id author_signature paid_star_count entities link_preview_options
    suggested_post_info effect_id caption caption_entities show_caption_above_media
    has_media_spoiler reply_markup receiver_user ephemeral_message_id
    forward_from forward_from_chat forward_from_message_id forward_signature
    forward_sender_name forward_date
    """,
    )
)


def translate_content(message: Mapping[str, Any]) -> tuple[Part, ...]:
    """The parts of a message; exactly one `unsupported` part where we understand nothing."""
    for kind, translate in _KINDS.items():
        if message.get(kind) is not None:
            try:
                return (translate(message),)
            except msgspec.ValidationError:
                return (UnsupportedPart(vendor_type=kind),)
    kinds = (kind for kind in message if kind not in NOT_CONTENT)
    return (UnsupportedPart(vendor_type=next(kinds, "empty")),)


def _text(message: Mapping[str, Any]) -> Part:
    text = msgspec.convert(message["text"], str)
    start = _START.fullmatch(text)
    if start is not None:
        return StartPart(payload=start[1] or "")
    return _formatted(text, message.get("entities"))


def _formatted(text: str, raw_entities: object) -> TextPart:
    """A text with those of its entities that are sound; the words always stay."""
    offsets = Offsets(text)
    found = (
        (_entity(raw, offsets) for raw in raw_entities or ())
        if isinstance(raw_entities, list)
        else ()
    )
    return TextPart(text=text, entities=clean_entities(text, [each for each in found if each]))


def _entity(raw: object, offsets: Offsets) -> Entity | None:
    try:
        entity = msgspec.convert(raw, MessageEntity)
    except msgspec.ValidationError:
        return None
    start = offsets.to_points(entity.offset)
    end = offsets.to_points(entity.offset + entity.length)
    if entity.type not in _ENTITY_TYPES or start is None or end is None:
        return None
    return Entity(
        type=msgspec.convert(entity.type, EntityType),
        offset=start,
        length=end - start,
        url=_url_of(entity),
        language=entity.language,
        custom_emoji_id=entity.custom_emoji_id,
    )


def _url_of(entity: MessageEntity) -> str | None:
    if entity.type == "text_mention" and entity.user is not None:
        return f"tg://user?id={entity.user.id}"
    if entity.type == "text_link" and entity.url is not None and not is_safe_link(entity.url):
        return None
    return entity.url if entity.type == "text_link" else None


def _caption(message: Mapping[str, Any]) -> TextPart | None:
    caption = message.get("caption")
    if not isinstance(caption, str) or not caption:
        return None
    return _formatted(caption, message.get("caption_entities"))


def _photo(message: Mapping[str, Any]) -> Part:
    sizes = msgspec.convert(message["photo"], list[File])
    if not sizes:
        raise msgspec.ValidationError("a photo of no size")
    largest = max(sizes, key=lambda size: (size.width or 0) * (size.height or 0))
    return _media("image", largest, message, media_type="image/jpeg")


def _file(field: str, kind: MediaKind, media_type: str) -> Callable[[Mapping[str, Any]], Part]:
    def translate(message: Mapping[str, Any]) -> Part:
        return _media(kind, msgspec.convert(message[field], File), message, media_type=media_type)

    return translate


def _media(
    kind: MediaKind, file: File, message: Mapping[str, Any], *, media_type: str
) -> MediaPart:
    return MediaPart(
        kind=kind,
        file_state=_state_of(file.file_size),
        media_type=file.mime_type or media_type,
        size=file.file_size,
        width=file.width or file.length,
        height=file.height or file.length,
        duration_seconds=file.duration,
        name=file.file_name or "",
        caption=_caption(message),
        source=_source_of(file),
    )


def _sticker(message: Mapping[str, Any]) -> Part:
    sticker = msgspec.convert(message["sticker"], Sticker)
    thumbnail = sticker.thumbnail
    return StickerPart(
        format="tgs" if sticker.is_animated else "webm" if sticker.is_video else "webp",
        file_state=_state_of(sticker.file_size),
        emoji=sticker.emoji or "",
        set_name=sticker.set_name,
        width=sticker.width,
        height=sticker.height,
        source=_source_of(sticker),
        thumbnail_source=_source_of(thumbnail) if thumbnail else msgspec.UNSET,
    )


def _state_of(size: int | None) -> FileState:
    return "too_large" if size is not None and size > FETCH_LIMIT else "pending"


def _source_of(file: File | Sticker) -> dict[str, Any]:
    return {"file_id": file.file_id, "file_unique_id": file.file_unique_id}


# In the order of looking: an animation also comes as `document`, a live photo also as `photo`, a
# venue also as `location`.
_KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], Part]]] = {
    "text": _text,
    "animation": _file("animation", "animation", "video/mp4"),
    "photo": _photo,
    "sticker": _sticker,
    "voice": _file("voice", "voice", "audio/ogg"),
    "video_note": _file("video_note", "video_note", "video/mp4"),
    "video": _file("video", "video", "video/mp4"),
    "audio": _file("audio", "audio", "audio/mpeg"),
    "document": _file("document", "file", "application/octet-stream"),
    "venue": attachments.venue,
    "location": attachments.location,
    "contact": attachments.contact,
    "poll": attachments.poll,
    "dice": attachments.dice,
}
