"""Reads of files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from halfminute.files.errors import FileNotFound, FileNotReady
from halfminute.files.tables import scanning, showing, uploads
from halfminute.files.types import FileId, FileState, MediaKind, ShownFile
from halfminute.kit.database import Connection


class FileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A file as its row tells; None where it is not known, or not yet.

    `kind`, `uploaded_by` and `used_at` (when a message first showed it) are those of uploads.
    """

    id: FileId
    state: FileState
    media_type: str
    size: int | None
    name: str
    storage_key: str | None
    sha256: bytes | None
    kind: MediaKind | None
    width: int | None
    height: int | None
    duration_seconds: int | None
    waveform: bytes | None
    thumbnail_key: str | None
    thumbnail_size: int | None
    thumbnail_sha256: bytes | None
    uploaded_by: UUID | None
    used_at: datetime | None


class KeptFile(NamedTuple):
    """What the store must hold for one file."""

    storage_key: str
    size: int
    sha256: bytes


class Unscanned(NamedTuple):
    """Files that wait for the scanner, and the age of the oldest of them."""

    waiting: int
    oldest_seconds: float


async def get_unscanned(connection: Connection) -> Unscanned:
    """What nobody is given yet because it has not been scanned."""
    (row,) = await connection.fetch(scanning.COUNT_UNSCANNED)
    return Unscanned(row["waiting"], row["oldest_seconds"])


async def get_file(connection: Connection, file_id: UUID) -> FileRecord:
    """One file. Raises FileNotFound."""
    row = await connection.fetchrow(showing.GET, file_id)
    if row is None:
        raise FileNotFound
    return FileRecord(**row)


class SendableFile(msgspec.Struct, frozen=True, kw_only=True):
    """A ready file, as one that is sent. Sizes in bytes and pixels, told by its content."""

    id: FileId
    kind: MediaKind
    media_type: str
    size: int
    name: str
    width: int | None
    height: int | None
    duration_seconds: int | None
    storage_key: str


async def get_uploads(
    connection: Connection, file_ids: Sequence[UUID], uploaded_by: UUID
) -> list[SendableFile]:
    """The files in this order, all of them this person's uploads; none goes until the commit.

    Raises FileNotFound, FileNotReady.
    """
    rows = await connection.fetch(showing.LOCK_SENDABLE, file_ids, uploaded_by)
    found = {row["id"]: row for row in rows}
    for file_id in file_ids:
        if file_id not in found:
            raise FileNotFound(file_id=str(file_id))
        if found[file_id]["state"] != "ready":
            raise FileNotReady(file_id=str(file_id), state=found[file_id]["state"])
    return [_sendable(found[file_id]) for file_id in file_ids]


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was handed in, whatever has become of it. Sizes in bytes and pixels."""

    id: FileId
    uploaded_by: UUID
    state: FileState
    kind: MediaKind
    media_type: str
    size: int | None
    name: str
    width: int | None
    height: int | None
    duration_seconds: int | None


async def lock_uploads(connection: Connection, named: Collection[tuple[UUID, str]]) -> list[Upload]:
    """Of files and who is said to have uploaded each, those that they have uploaded indeed.

    None of them goes until the commit.
    """
    if not named:
        return []
    file_ids, owners = zip(*named, strict=True)
    rows = await connection.fetch(showing.LOCK_UPLOADS, list(file_ids), list(owners))
    return [Upload(**row) for row in rows]


async def find_sendable_files(
    connection: Connection, file_ids: Sequence[UUID]
) -> dict[UUID, SendableFile]:
    """Those of the files that are ours, whoever brought them."""
    rows = await connection.fetch(showing.FIND_SENDABLE, file_ids)
    return {row["id"]: _sendable(row) for row in rows}


def _sendable(row: asyncpg.Record) -> SendableFile:
    return SendableFile(**{name: row[name] for name in SendableFile.__struct_fields__})


async def map_shown_files(
    connection: Connection, file_ids: Sequence[UUID]
) -> dict[UUID, ShownFile]:
    """What screens are told of files, by id; ids that are not files are left out."""
    if not file_ids:
        return {}
    rows = await connection.fetch(showing.SHOWN, file_ids)
    return {row["id"]: ShownFile(**row) for row in rows}


async def get_sources(
    connection: Connection, file_ids: Sequence[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The provider's reference of each file; ids that are not files are left out."""
    if not file_ids:
        return {}
    rows = await connection.fetch(showing.SOURCES, file_ids)
    return {row["id"]: row["source"] for row in rows}


async def find_upload(connection: Connection, user_id: UUID, client_id: UUID) -> FileRecord | None:
    """What this person has handed in under a client id."""
    file_id = await connection.fetchval(uploads.FIND_UPLOAD, user_id, client_id)
    return None if file_id is None else await get_file(connection, file_id)


async def list_conversation_ids(connection: Connection, file_id: UUID) -> list[UUID]:
    """The conversations that show a file: who may read one of them may see it."""
    return [row["conversation_id"] for row in await connection.fetch(showing.SHOWN_IN, file_id)]


async def list_files_of_messages(
    connection: Connection, message_ids: Sequence[UUID]
) -> list[FileRecord]:
    """The files that these messages show, each once."""
    if not message_ids:
        return []
    rows = await connection.fetch(showing.OF_MESSAGES, message_ids)
    return [FileRecord(**row) for row in rows]


async def iterate_kept_files(connection: Connection) -> AsyncIterator[KeptFile]:
    """Every file that is ours, however many there are. Needs a transaction."""
    async for row in connection.cursor(showing.LIST_KEPT, prefetch=1000):
        yield KeptFile(*row)
