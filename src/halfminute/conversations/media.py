"""Turns the provider's references in a message's parts into files that are ours to fetch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from halfminute.conversations.arrivals import Target
from halfminute.conversations.storable import storable_parts
from halfminute.files.actions.expect_files import expect_files
from halfminute.files.queries import get_sources
from halfminute.files.types import ExpectedFile, FileId
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from halfminute.sdk.model import FileState, MediaPart, Part, StickerPart

# The file that shows a provider's reference already, where there is one.
KnownFiles = Mapping[bytes, UUID]


def key_of_source(source: Mapping[str, Any]) -> bytes:
    """Equal for equal references."""
    return msgspec.json.encode(source, order="deterministic")


class PartsWithFiles:
    """Takes the sources off the parts of one message, and gathers the files to expect."""

    def __init__(
        self, account_id: UUID, message_id: UUID, conversation_id: UUID, known: KnownFiles
    ) -> None:
        """A reference in `known` is not expected again."""
        self.expected: list[ExpectedFile] = []
        self._account_id = account_id
        self._message_id = message_id
        self._conversation_id = conversation_id
        self._known = known

    def take(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts as they are stored, each file named by its id."""
        return tuple(self._take_one(part) for part in parts)

    def _take_one(self, part: Part) -> Part:
        if isinstance(part, MediaPart):
            file_id = self._expect(
                part.source, part.file_state, part.media_type, part.size, part.name
            )
            return msgspec.structs.replace(
                part, file_id=file_id, thumbnail_url=UNSET, waveform=UNSET, source=UNSET
            )
        if isinstance(part, StickerPart):
            return msgspec.structs.replace(
                part,
                file_id=self._expect(part.source, part.file_state, f"image/{part.format}"),
                thumbnail_file_id=self._expect(part.thumbnail_source, "pending", "image/webp"),
                source=UNSET,
                thumbnail_source=UNSET,
            )
        return part

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
