"""Turns files into the calls that send them: by what Telegram calls them, else by their bytes.

https://core.telegram.org/bots/api#sending-files
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeGuard
from uuid import UUID

from halfminute.plugins.telegram.formatting import CAPTION_LIMIT, check_text, entity_fields
from halfminute.sdk.channel import FileReference, OutgoingFile
from halfminute.sdk.errors import FileTooLarge, ProviderError
from halfminute.sdk.model import MediaKind, MediaPart, Part, StickerPart

# https://core.telegram.org/bots/api#sendmediagroup: 2-10 items
ALBUM_LIMIT: Final = 10
# "10 MB max size for photos, 50 MB for other files"
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
# https://core.telegram.org/stickers: the largest of the formats
_STICKER_LIMIT: Final = 512 * 1024

STICKER: Final = "sticker"
# What Telegram calls each kind: the field of a message that has it, and of its method.
FIELDS: Final[Mapping[MediaKind, str]] = {
    "image": "photo",
    "video": "video",
    "audio": "audio",
    "voice": "voice",
    "video_note": "video_note",
    "animation": "animation",
    "file": "document",
}
_METHODS: Final[Mapping[MediaKind, str]] = {
    "image": "sendPhoto",
    "video": "sendVideo",
    "audio": "sendAudio",
    "voice": "sendVoice",
    "video_note": "sendVideoNote",
    "animation": "sendAnimation",
    "file": "sendDocument",
}
_ALBUMS: Final = (frozenset({"image", "video"}), frozenset({"file"}), frozenset({"audio"}))
_WITH_SIZE: Final = frozenset({"video", "animation"})
_WITH_DURATION: Final = frozenset({"video", "audio", "voice", "video_note", "animation"})


class Upload(NamedTuple):
    """Stands in a call's fields where the bytes of a file go, under this name."""

    file: OutgoingFile
    name: str


class Call(NamedTuple):
    """One method with its fields; None where a field is left out.

    `file_ids` are ours, of the messages that it makes, in their order. `has_references`: it names
    some file by what Telegram has called it.
    """

    method: str
    fields: dict[str, Any]
    file_ids: tuple[UUID, ...] = ()
    has_references: bool = False


class Sending:
    """Makes the call of one message out of its files."""

    def __init__(self, files: Mapping[UUID, OutgoingFile], *, uses_references: bool) -> None:
        """Without `uses_references` every file goes up anew."""
        self._files = files
        self._uses_references = uses_references
        self._has_references = False

    def send_file(self, part: MediaPart, address: Mapping[str, Any]) -> Call:
        """One file, perhaps with words. Raises ProviderError."""
        field, source = FIELDS[part.kind], self._source(part, UPLOAD_LIMITS[part.kind])
        fields = {**address, field: source, **_words(part), **_measures(part)}
        return self._call(_METHODS[part.kind], fields, [part])

    def send_album(self, parts: Sequence[Part], address: Mapping[str, Any]) -> Call:
        """Two to ten files of kinds that may stand together. Raises ProviderError."""
        files = _album_of(parts)
        items = [
            {
                "type": FIELDS[part.kind],
                "media": self._source(part, UPLOAD_LIMITS[part.kind]),
                **_words(part),
                **_measures(part),
            }
            for part in files
        ]
        return self._call("sendMediaGroup", {**address, "media": items}, files)

    def send_sticker(self, part: StickerPart, address: Mapping[str, Any]) -> Call:
        """One sticker. Raises ProviderError."""
        source = self._source(part, _STICKER_LIMIT)
        # "only for just uploaded stickers"
        emoji = part.emoji or None if isinstance(source, Upload) else None
        return self._call("sendSticker", {**address, STICKER: source, "emoji": emoji}, [part])

    def _source(self, part: MediaPart | StickerPart, limit: int) -> str | Upload:
        file = None if part.file_id is None else self._files.get(part.file_id)
        if file is None:
            raise ProviderError("a file is missing", is_retryable=False, refusal="media_refused")
        field = FIELDS[part.kind] if isinstance(part, MediaPart) else STICKER
        known = file_id_of(file.reference, field) if self._uses_references else None
        if known is not None:
            self._has_references = True
            return known
        if file.size > limit:
            raise FileTooLarge(f"Telegram takes at most {limit} bytes of a {field}")
        return Upload(file, _name_of(part, file))

    def _call(
        self, method: str, fields: dict[str, Any], parts: Sequence[MediaPart | StickerPart]
    ) -> Call:
        file_ids = tuple(part.file_id for part in parts if part.file_id is not None)
        return Call(method, fields, file_ids, self._has_references)


def reference_of(field: str, file_id: str) -> FileReference:
    """What is kept of a file that Telegram has: it cannot be sent as another kind of thing."""
    return {"type": field, "file_id": file_id}


def file_id_of(reference: FileReference | None, field: str) -> str | None:
    """Telegram's name of the file, if it is known as such a thing."""
    if reference is None or reference.get("type") != field:
        return None
    return reference.get("file_id") or None


def _album_of(parts: Sequence[Part]) -> Sequence[MediaPart]:
    if not _are_files(parts) or not 2 <= len(parts) <= ALBUM_LIMIT:
        raise _no_album()
    kinds = {part.kind for part in parts}
    if not any(kinds <= together for together in _ALBUMS):
        raise _no_album()
    return parts


def _are_files(parts: Sequence[Part]) -> TypeGuard[Sequence[MediaPart]]:
    return all(isinstance(part, MediaPart) for part in parts)


def _no_album() -> ProviderError:
    return ProviderError(
        "Telegram has no album of such parts", is_retryable=False, refusal="unsupported"
    )


def _words(part: MediaPart) -> dict[str, Any]:
    if part.caption is None or part.kind == "video_note":
        return {}
    check_text(part.caption, CAPTION_LIMIT, may_be_empty=True)
    return {
        "caption": part.caption.text,
        "caption_entities": entity_fields(part.caption) or None,
    }


def _measures(part: MediaPart) -> dict[str, Any]:
    """What Telegram cannot always tell by itself."""
    measures: dict[str, Any] = {}
    if part.kind in _WITH_DURATION:
        measures["duration"] = part.duration_seconds
    if part.kind in _WITH_SIZE:
        measures.update(width=part.width, height=part.height)
    if part.kind == "video":
        measures["supports_streaming"] = True
    if part.kind == "video_note":
        measures["length"] = part.width
    return measures


_EXTENSIONS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
}


def _name_of(part: MediaPart | StickerPart, file: OutgoingFile) -> str:
    """Telegram tells a sticker's format by the name, and shows the name of a document."""
    if isinstance(part, StickerPart):
        return f"{STICKER}.{part.format}"
    # A line end or a quote would end the header that the name stands in.
    name = "".join(char for char in file.name if char.isprintable() and char not in '"\\')
    if name.strip():
        return name
    return f"{FIELDS[part.kind]}.{_EXTENSIONS.get(file.media_type, 'bin')}"
