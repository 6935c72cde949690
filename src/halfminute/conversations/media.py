"""Turns what a message's parts say of files into files of ours.

A provider's reference becomes a file to be fetched. Where the channel is our own, the sender has
handed the file in before: the part names it, and what it is, its row tells. A sticker that names
its file is of a set that is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from halfminute.conversations.arrivals import Target
from halfminute.conversations.storable import storable_parts
from halfminute.files.actions.expect_files import expect_files
from halfminute.files.queries import Upload, get_sources, lock_uploads
from halfminute.files.types import ExpectedFile, FileId
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from halfminute.sdk.model import FileState, MediaPart, Part, StickerPart
from halfminute.stickers.queries import lock_sticker_files

# The file that shows a provider's reference already, where there is one.
KnownFiles = Mapping[bytes, UUID]
# What a sender has handed in, by its id.
OwnUploads = Mapping[UUID, Upload]
_NONE: Final[OwnUploads] = {}
# The stickers' files of the sets that are here, each with its thumbnail.
SetFiles = Mapping[UUID, UUID | None]
_NO_STICKERS: Final[SetFiles] = {}


def key_of_source(source: Mapping[str, Any]) -> bytes:
    """Equal for equal references."""
    return msgspec.json.encode(source, order="deterministic")


class PartsWithFiles:
    """Takes the sources off the parts of one message, and gathers the files to expect."""

    def __init__(
        self,
        account_id: UUID,
        message_id: UUID,
        conversation_id: UUID,
        known: KnownFiles,
        uploads: OwnUploads = _NONE,
        *,
        stickers: SetFiles = _NO_STICKERS,
    ) -> None:
        """A reference in `known` is not expected again. `uploads` are the sender's own."""
        self.expected: list[ExpectedFile] = []
        self.shown: list[UUID] = []
        self._uploads = uploads
        self._stickers = stickers
        self._account_id = account_id
        self._message_id = message_id
        self._conversation_id = conversation_id
        self._known = known

    def take(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts as they are stored, each file named by its id."""
        return tuple(self._take_one(part) for part in parts)

    def _take_one(self, part: Part) -> Part:
        if isinstance(part, MediaPart) and part.file_id is not None:
            return self._take_upload(part, part.file_id)
        if isinstance(part, MediaPart):
            file_id = self._expect(
                part.source, part.file_state, part.media_type, part.size, part.name
            )
            return msgspec.structs.replace(
                part, file_id=file_id, thumbnail_url=UNSET, waveform=UNSET, source=UNSET
            )
        if isinstance(part, StickerPart) and part.file_id is not None:
            return self._take_sticker(part, part.file_id)
        if isinstance(part, StickerPart):
            return msgspec.structs.replace(
                part,
                file_id=self._expect(part.source, part.file_state, f"image/{part.format}"),
                thumbnail_file_id=self._expect(part.thumbnail_source, "pending", "image/webp"),
                source=UNSET,
                thumbnail_source=UNSET,
            )
        return part

    def _take_upload(self, part: MediaPart, file_id: UUID) -> Part:
        """One that is not the sender's, or is gone, is shown as such and named by nobody."""
        upload = self._uploads.get(file_id)
        if upload is None:
            return MediaPart(kind=part.kind, file_state="expired", caption=part.caption)
        self.shown.append(file_id)
        return MediaPart(
            kind=upload.kind,
            file_state=upload.state,
            file_id=file_id,
            media_type=upload.media_type,
            size=upload.size,
            width=upload.width,
            height=upload.height,
            duration_seconds=upload.duration_seconds,
            name=upload.name,
            caption=part.caption,
        )

    def _take_sticker(self, part: StickerPart, file_id: UUID) -> Part:
        """One whose set was taken away meanwhile is its emoji."""
        if file_id not in self._stickers:
            return StickerPart(format=part.format, file_state="expired", emoji=part.emoji)
        thumbnail_file_id = self._stickers[file_id]
        self.shown += [each for each in (file_id, thumbnail_file_id) if each is not None]
        return msgspec.structs.replace(part, thumbnail_file_id=thumbnail_file_id)

    def _expect(
        self,
        source: dict[str, Any] | UnsetType,
        state: FileState,
        media_type: str,
        size: int | None = None,
        name: str = "",
    ) -> UUID | None:
        if isinstance(source, UnsetType):
            return None
        known = self._known.get(key_of_source(source))
        if known is not None:
            return known
        file_id = FileId(new_id())
        self.expected.append(
            ExpectedFile(
                id=file_id,
                channel_account_id=self._account_id,
                source=source,
                state=state,
                media_type=media_type,
                size=size,
                name=name,
                message_id=self._message_id,
                conversation_id=self._conversation_id,
            )
        )
        return file_id


async def find_own_uploads(
    unit: Unit, said: Iterable[tuple[str, tuple[Part, ...]]]
) -> dict[str, dict[UUID, Upload]]:
    """The files of ours that parts name, by the sender's address, if its sender has uploaded them.

    `said` are parts, each with what the channel calls the address that they come from: on a channel
    of our own that is the id of who uploads. None of the files goes until the commit.
    """
    named = {
        (file_id, address)
        for address, parts in said
        for file_id in (part.file_id for part in parts if isinstance(part, MediaPart))
        if file_id is not None
    }
    found: dict[str, dict[UUID, Upload]] = {}
    for upload in await lock_uploads(unit.connection, named):
        found.setdefault(str(upload.uploaded_by), {})[upload.id] = upload
    return found


async def find_set_files(unit: Unit, said: Iterable[tuple[Part, ...]]) -> SetFiles:
    """Files that stickers among the parts name, where a set has them. None goes till the commit."""
    named = {
        part.file_id
        for parts in said
        for part in parts
        if isinstance(part, StickerPart) and part.file_id is not None
    }
    return await lock_sticker_files(unit.connection, list(named))


async def take_parts(
    unit: Unit, account_id: UUID, given: tuple[Part, ...], target: Target
) -> tuple[Part, ...]:
    """Parts for a message that we have, as they are stored.

    A file that the message shows already is not fetched anew.
    """
    parts = storable_parts(given)
    if not has_sources(parts):
        return parts
    sources = await get_sources(unit.connection, list_file_ids(target.parts))
    known = {key_of_source(source): file_id for file_id, source in sources.items()}
    taking = PartsWithFiles(account_id, target.id, target.conversation_id, known)
    taken = taking.take(parts)
    await expect_files(unit, taking.expected)
    return taken


def has_sources(parts: tuple[Part, ...]) -> bool:
    """Whether some part still carries the provider's reference."""
    return any(isinstance(part, (MediaPart, StickerPart)) for part in parts)


def list_file_ids(parts: tuple[Part, ...]) -> list[UUID]:
    """The files that stored parts show."""
    shown: list[UUID | None] = []
    for part in parts:
        if isinstance(part, MediaPart):
            shown.append(part.file_id)
        elif isinstance(part, StickerPart):
            shown += [part.file_id, part.thumbnail_file_id]
    return [file_id for file_id in shown if file_id is not None]
