"""Turns a reply into the messages that its channel can carry: pure, and the same on every run.

A text that is too long is split. Files go as albums of what may stand together: pictures and films,
documents, music (https://core.telegram.org/bots/api#sendmediagroup); everything else alone. Words
beside files are the caption of the first file if it can have one of that length, else messages of
their own before the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from msgspec import structs

from halfminute.conversations.errors import (
    ChannelCannotSend,
    FileNotSendable,
    InvalidReply,
    InvalidText,
)
from halfminute.conversations.schemas import NewReply
from halfminute.conversations.splitting import split_text
from halfminute.conversations.texts import measure_of, reply_part, takes_caption
from halfminute.files.queries import SendableFile
from halfminute.sdk.channel import Capabilities
from halfminute.sdk.model import (
    LocationPart,
    MediaKind,
    MediaPart,
    Part,
    StickerPart,
    TextPart,
)

# The most messages that the words of one reply become.
MOST_TEXTS: Final = 10

_ALBUMS: Final[dict[MediaKind, str]] = {
    "image": "pictures",
    "video": "pictures",
    "file": "documents",
    "audio": "music",
}


class Content(NamedTuple):
    """What a reply names, as it was found."""

    files: Sequence[SendableFile] = ()
    sticker: StickerPart | None = None


def check_shape(new: NewReply) -> None:
    """InvalidReply unless it is text and/or files, or one sticker, or one place."""
    has_words = bool(new.text or new.entities or new.file_ids)
    kinds = (has_words, new.sticker_id is not None, new.location is not None)
    if sum(kinds) > 1:
        raise InvalidReply("a sticker or a place goes alone")
    if len(set(new.file_ids)) < len(new.file_ids):
        raise InvalidReply("a file is named twice")
    if new.buttons and (not new.text.strip() or new.file_ids):
        raise InvalidReply("buttons stand below words alone")
    if len({each.strip() for each in new.buttons} - {""}) < len(new.buttons):
        raise InvalidReply("a button says nothing, or what another says")


def compose(new: NewReply, content: Content, capabilities: Capabilities) -> list[tuple[Part, ...]]:
    """The parts of each message, in the order of sending; at least one message.

    Raises InvalidText, InvalidEntities, FileNotSendable, ChannelCannotSend.
    """
    if content.sticker is not None:
        if not capabilities.can_send_stickers:
            raise ChannelCannotSend(kind="sticker")
        return [(content.sticker,)]
    if new.location is not None:
        return [(_location_of(new, capabilities),)]
    if not content.files:
        return _with_buttons(_split(_words_of(new, capabilities), capabilities), new, capabilities)
    albums = [_parts_of(files) for files in _albums_of(content.files, capabilities)]
    if not new.text.strip():
        return albums
    return _with_words(_words_of(new, capabilities), albums, capabilities)


def _with_buttons(
    texts: list[TextPart], new: NewReply, capabilities: Capabilities
) -> list[tuple[Part, ...]]:
    if not new.buttons:
        return [(text,) for text in texts]
    if len(new.buttons) > capabilities.button_limit:
        raise ChannelCannotSend(kind="buttons")
    buttons = tuple(each.strip() for each in new.buttons)
    return [*((text,) for text in texts[:-1]), (structs.replace(texts[-1], buttons=buttons),)]


def reply_limit_of(capabilities: Capabilities) -> int:
    """The longest words of a reply, in units of the channel."""
    return capabilities.text_limit * MOST_TEXTS


def _words_of(new: NewReply, capabilities: Capabilities) -> TextPart:
    limit = reply_limit_of(capabilities)
    return reply_part(new.text, new.entities, capabilities, limit=limit)


def _split(words: TextPart, capabilities: Capabilities) -> list[TextPart]:
    limit, measure = capabilities.text_limit, measure_of(capabilities)
    if measure(words.text) <= limit:
        return [words]
    texts = list(split_text(words, limit, measure))
    if len(texts) > MOST_TEXTS:
        raise InvalidText("the text is too long", limit=reply_limit_of(capabilities))
    return texts


def _with_words(
    words: TextPart, albums: list[tuple[Part, ...]], capabilities: Capabilities
) -> list[tuple[Part, ...]]:
    first, *more = albums[0]
    is_short = measure_of(capabilities)(words.text) <= capabilities.caption_limit
    if is_short and isinstance(first, MediaPart) and takes_caption(first, capabilities):
        return [(structs.replace(first, caption=words), *more), *albums[1:]]
    return [*((text,) for text in _split(words, capabilities)), *albums]


def _albums_of(
    files: Sequence[SendableFile], capabilities: Capabilities
) -> Iterator[tuple[SendableFile, ...]]:
    together: dict[object, list[SendableFile]] = {}
    for file in files:
        _check_file(file, capabilities)
        together.setdefault(_ALBUMS.get(file.kind, file.id), []).append(file)
    for group in together.values():
        yield from _albums_within(group, capabilities)


def _albums_within(
    files: Sequence[SendableFile], capabilities: Capabilities
) -> Iterator[tuple[SendableFile, ...]]:
    """In order; all of an album go up in one request, which may be no larger than one file."""
    most_bytes = max(capabilities.upload_limits.values())
    album: list[SendableFile] = []
    for file in files:
        size = sum(each.size for each in album) + file.size
        if album and (len(album) >= capabilities.album_limit or size > most_bytes):
            yield tuple(album)
            album = []
        album.append(file)
    yield tuple(album)


def _check_file(file: SendableFile, capabilities: Capabilities) -> None:
    limit = capabilities.upload_limits.get(file.kind)
    if limit is None:
        raise FileNotSendable(file_id=str(file.id), kind=file.kind)
    if file.size > limit:
        raise FileNotSendable(
            "the file is too large for the channel",
            file_id=str(file.id),
            kind=file.kind,
            size=file.size,
            limit=limit,
        )


def _parts_of(files: Sequence[SendableFile]) -> tuple[Part, ...]:
    return tuple(
        MediaPart(
            kind=file.kind,
            file_state="ready",
            file_id=file.id,
            media_type=file.media_type,
            size=file.size,
            width=file.width,
            height=file.height,
            duration_seconds=file.duration_seconds,
            name=file.name,
        )
        for file in files
    )


def _location_of(new: NewReply, capabilities: Capabilities) -> LocationPart:
    if new.location is None or not capabilities.can_send_locations:
        raise ChannelCannotSend(kind="location")
    place = new.location
    return LocationPart(
        latitude=place.latitude,
        longitude=place.longitude,
        title=place.title.strip(),
        address=place.address.strip(),
    )
