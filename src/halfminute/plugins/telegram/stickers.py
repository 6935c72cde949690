"""Reads sets of stickers: what an administrator calls them, and what Telegram says they hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from halfminute.plugins.telegram.media import STICKER, reference_of
from halfminute.sdk.channel import ListedSticker, ListedStickerSet
from halfminute.sdk.errors import InvalidStickerSetName, ProviderError

if TYPE_CHECKING:
    from aiogram.types import PhotoSize, Sticker, StickerSet

# "Can contain only English letters, digits and underscores. Must begin with a letter", 1-64
# (https://core.telegram.org/bots/api#createnewstickerset)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
# https://core.telegram.org/api/links#stickerset-links
_LINK: Final = re.compile(
    r"(?:(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/addstickers/"
    r"|tg:(?://)?addstickers\?set=)([^/?#&]+)/?(?:[?#&].*)?",
    re.IGNORECASE,
)
# How Telegram writes what names a file.
_FILE_NAME: Final = re.compile(r"[!-~]{1,256}")


def read_set_name(given: str) -> str:
    """The name of a set, or of the set that a link leads to. Raises InvalidStickerSetName."""
    words = given.strip()
    link = _LINK.fullmatch(words)
    name = link[1] if link is not None else words
    if _NAME.fullmatch(name) is None:
        raise InvalidStickerSetName(
            "neither the name of a set of stickers nor a link like https://t.me/addstickers/NAME"
        )
    return name


def translate_set(told: StickerSet) -> ListedStickerSet:
    """The set in our words. Raises ProviderError for one whose stickers are sent otherwise."""
    if told.sticker_type == "custom_emoji":
        raise ProviderError(
            "this is a set of custom emoji, not of stickers",
            is_retryable=False,
            refusal="unsupported",
        )
    if _NAME.fullmatch(told.name) is None:
        raise ProviderError("Telegram calls the set by no name", is_retryable=False)
    named = (each for each in told.stickers if _is_named(each))
    return ListedStickerSet(
        name=told.name, title=told.title, stickers=tuple(_translate(each) for each in named)
    )


def _translate(sticker: Sticker) -> ListedSticker:
    thumbnail = sticker.thumbnail
    return ListedSticker(
        external_key=sticker.file_unique_id,
        format="tgs" if sticker.is_animated else "webm" if sticker.is_video else "webp",
        emojis=(sticker.emoji,) if sticker.emoji else (),
        width=sticker.width,
        height=sticker.height,
        reference=reference_of(STICKER, sticker.file_id),
        source=_source_of(sticker),
        thumbnail_source=_source_of(thumbnail) if thumbnail and _is_named(thumbnail) else None,
    )


def _is_named(file: Sticker | PhotoSize) -> bool:
    return all(_FILE_NAME.fullmatch(each) for each in (file.file_id, file.file_unique_id))


def _source_of(file: Sticker | PhotoSize) -> dict[str, Any]:
    return {"file_id": file.file_id, "file_unique_id": file.file_unique_id}
