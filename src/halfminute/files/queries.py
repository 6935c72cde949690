"""Reads of files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from halfminute.files import tables
from halfminute.files.errors import FileNotFound
from halfminute.files.types import FileId, FileState
from halfminute.kit.database import Connection


class FileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A file as its row tells. What follows `name` is None until it is ready."""

    id: FileId
    state: FileState
    media_type: str
    size: int | None
    name: str
    storage_key: str | None
    sha256: bytes | None


class KeptFile(NamedTuple):
    """What the store must hold for one file."""

    storage_key: str
    size: int
    sha256: bytes


async def get_file(connection: Connection, file_id: UUID) -> FileRecord:
    """One file. Raises FileNotFound."""
    row = await connection.fetchrow(tables.GET, file_id)
    if row is None:
        raise FileNotFound
    return FileRecord(**row)


async def get_file_states(
    connection: Connection, file_ids: Sequence[UUID]
) -> dict[UUID, FileState]:
    """How far each file is; ids that are not files are left out."""
    if not file_ids:
        return {}
    rows = await connection.fetch(tables.STATES, file_ids)
    return {row["id"]: row["state"] for row in rows}


async def get_sources(
    connection: Connection, file_ids: Sequence[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The provider's reference of each file; ids that are not files are left out."""
    if not file_ids:
        return {}
    rows = await connection.fetch(tables.SOURCES, file_ids)
    return {row["id"]: row["source"] for row in rows}


async def list_conversation_ids(connection: Connection, file_id: UUID) -> list[UUID]:
    """The conversations that show a file: who may read one of them may see it."""
    return [row["conversation_id"] for row in await connection.fetch(tables.SHOWN_IN, file_id)]


async def iterate_kept_files(connection: Connection) -> AsyncIterator[KeptFile]:
    """Every file that is ours, however many there are. Needs a transaction."""
    async for row in connection.cursor(tables.LIST_KEPT, prefetch=1000):
        yield KeptFile(*row)
