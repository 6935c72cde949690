"""Files that a bot sends: those it uploads, and those that it names because Telegram has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from halfminute.plugins.telegram.fake.facts import FileKept
from halfminute.plugins.telegram.fake.refusals import bad_request
from halfminute.plugins.telegram.fake.uploaded import Uploaded
from halfminute.plugins.telegram.fake.world import Bot, World

_MEGABYTE: Final = 1024 * 1024
# "10 MB max size for photos, 50 MB for other files"
# (https://core.telegram.org/bots/api#sending-files)
LIMITS: Final = {"photo": 10 * _MEGABYTE}
OTHER_LIMIT: Final = 50 * _MEGABYTE

_ATTACHED: Final = "attach://"
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"GIF8", b"BM")
_STICKERS: Final = {"webp": b"RIFF", "tgs": b"\x1f\x8b", "webm": b"\x1aE\xdf\xa3"}
_FOLDERS: Final = {"photo": "photos", "sticker": "stickers", "voice": "voice", "video": "videos"}


class Uploads:
    """The files of one call."""

    def __init__(self, world: World, bot: Bot, uploaded: Mapping[str, Uploaded]) -> None:
        self._world = world
        self._bot = bot
        self._uploaded = uploaded

    def find(self, field: str, value: str) -> FileKept | Uploaded:
        """What is to be sent as this kind of thing; a Refusal in the real server's words."""
        if value.startswith(_ATTACHED):
            uploaded = self._uploaded.get(value.removeprefix(_ATTACHED))
            if uploaded is None:
                raise bad_request("there is no file in the request")
            _check_upload(field, uploaded)
            return uploaded
        known = self._bot.files.get(value)
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        kind = known.kind or known.file_id.rstrip("0123456789_")
        if kind != field:
            raise bad_request(f"can't use file of type {kind.title()} as {field.title()}")
        return known

    def keep(self, field: str, found: FileKept | Uploaded) -> FileKept:
        """The file under a name of this bot's; the same for what it had before."""
        if isinstance(found, FileKept):
            return found
        number = self._world.next_file_number(self._bot)
        extension = found.name.rpartition(".")[2]
        kept = FileKept(
            bot_id=self._bot.id,
            file_id=f"{field}{self._bot.id}_{number}",
            path=f"{_FOLDERS.get(field, 'documents')}/file_{number}.{extension}",
            size=len(found.content),
            content=found.content,
            kind=field,
            name=found.name,
            media_type=found.media_type,
        )
        self._world.record(kept)
        return kept


def file_fields(kept: FileKept) -> dict[str, Any]:
    """What every kind of file tells of itself."""
    return {
        "file_id": kept.file_id,
        "file_unique_id": f"u{kept.file_id}",
        "file_size": kept.size,
    }


def _check_upload(field: str, uploaded: Uploaded) -> None:
    size, limit = len(uploaded.content), LIMITS.get(field, OTHER_LIMIT)
    if not size:
        raise bad_request("file must be non-empty")
    if size > limit:
        what = "a photo" if field == "photo" else "a file"
        raise bad_request(
            f"file of size {size} bytes is too big for {what}; the maximum size is {limit} bytes"
        )
    if field == "photo" and not uploaded.content.startswith(_PICTURES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    if field == "sticker":
        head = _STICKERS.get(uploaded.name.rpartition(".")[2])
        if head is None or not uploaded.content.startswith(head):
            raise bad_request("wrong file type")
