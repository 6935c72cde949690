"""The parameters of the methods that send and change what is not words alone.

Files are `attach://<name>` here, as an InputMedia has them; what comes as a part of the body under
a parameter's own name is read as that (https://core.telegram.org/bots/api#sending-files).
"""

from __future__ import annotations

from typing import Any

from halfminute.plugins.telegram.fake.parameters import (
    InlineKeyboardMarkup,
    Parameters,
    ReplyParameters,
)
from halfminute.plugins.telegram.fake.text import MessageEntity


class Sending(Parameters, frozen=True, kw_only=True):
    """What every one of them may say."""

    chat_id: int | str
    business_connection_id: str | None = None
    message_thread_id: int | None = None
    direct_messages_topic_id: int | None = None
    disable_notification: bool = False
    protect_content: bool = False
    allow_paid_broadcast: bool = False
    message_effect_id: str | None = None
    suggested_post_parameters: dict[str, Any] | None = None
    reply_parameters: ReplyParameters | None = None
    reply_markup: InlineKeyboardMarkup | None = None


class WithCaption(Sending, frozen=True, kw_only=True):
    """What may have words beside it."""

    caption: str = ""
    parse_mode: str | None = None
    caption_entities: tuple[MessageEntity, ...] = ()


class SendPhoto(WithCaption, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#sendphoto"""

    photo: str
    show_caption_above_media: bool = False
    has_spoiler: bool = False


class SendVideo(WithCaption, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#sendvideo"""

    video: str
    duration: int = 0
    width: int = 0
    height: int = 0
    thumbnail: str | None = None
    cover: str | None = None
    start_timestamp: int | None = None
    show_caption_above_media: bool = False
    has_spoiler: bool = False
    supports_streaming: bool = False


class SendAnimation(WithCaption, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#sendanimation"""

    animation: str
    duration: int = 0
    width: int = 0
    height: int = 0
    thumbnail: str | None = None
    show_caption_above_media: bool = False
    has_spoiler: bool = False


class SendAudio(WithCaption, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#sendaudio"""

    audio: str
    duration: int = 0
    performer: str = ""
    title: str = ""
    thumbnail: str | None = None


class SendVoice(WithCaption, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#sendvoice"""

    voice: str
    duration: int = 0


class SendVideoNote(Sending, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#sendvideonote"""

    video_note: str
    duration: int = 0
    length: int = 0
    thumbnail: str | None = None


class SendDocument(WithCaption, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#senddocument"""

    document: str
    thumbnail: str | None = None
    disable_content_type_detection: bool = False


class SendSticker(Sending, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#sendsticker"""

    sticker: str
    emoji: str = ""


class SendLocation(Sending, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#sendlocation; live ones are refused."""

    latitude: float
    longitude: float
    horizontal_accuracy: float | None = None


class SendVenue(Sending, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#sendvenue"""

    latitude: float
    longitude: float
    title: str
    address: str
    foursquare_id: str | None = None
    foursquare_type: str | None = None
    google_place_id: str | None = None
    google_place_type: str | None = None


class InputMedia(Parameters, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#inputmedia, what its kinds have."""

    type: str
    media: str
    caption: str = ""
    parse_mode: str | None = None
    caption_entities: tuple[MessageEntity, ...] = ()
    show_caption_above_media: bool = False
    has_spoiler: bool = False
    thumbnail: str | None = None
    duration: int = 0
    width: int = 0
    height: int = 0
    supports_streaming: bool = False
    performer: str = ""
    title: str = ""
    disable_content_type_detection: bool = False


class SendMediaGroup(Sending, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#sendmediagroup; it takes no reply_markup."""

    media: list[InputMedia]


class EditMessageCaption(Parameters, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#editmessagecaption"""

    business_connection_id: str | None = None
    chat_id: int | str | None = None
    message_id: int | None = None
    inline_message_id: str | None = None
    caption: str = ""
    parse_mode: str | None = None
    caption_entities: tuple[MessageEntity, ...] = ()
    show_caption_above_media: bool = False
    reply_markup: dict[str, Any] | None = None


class DeleteMessages(Parameters, frozen=True, kw_only=True):
    """https://core.telegram.org/bots/api#deletemessages"""

    chat_id: int | str
    message_ids: list[int]
