"""Gives a message the files that it is sent with: their bytes, or what the provider calls them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec

from halfminute.conversations.media import list_file_ids
from halfminute.files.errors import FileNotFound
from halfminute.files.queries import SendableFile, find_sendable_files
from halfminute.files.references import list_references
from halfminute.files.store import FileStore
from halfminute.kit.database import Database
from halfminute.sdk.channel import FileReference, Outgoing, OutgoingFile
from halfminute.sdk.errors import FileMissing


async def attach_files(
    database: Database, store: FileStore, channel_account_id: UUID, outgoing: Outgoing
) -> Outgoing:
    """The message with its `files`. Raises FileNotFound, DatabaseUnavailable."""
    file_ids = list_file_ids(outgoing.parts)
    if not file_ids:
        return outgoing
    async with database.connection() as connection:
        found = await find_sendable_files(connection, file_ids)
        references = await list_references(connection, channel_account_id, file_ids)
    files = {
        # Our own copy may still be on its way: a sticker of a set that was added a moment ago.
        **{file_id: _without_copy(reference) for file_id, reference in references.items()},
        **{id_: _outgoing(store, file, references.get(id_)) for id_, file in found.items()},
    }
    for part in outgoing.parts:
        file_id: UUID | None = getattr(part, "file_id", None)
        if file_id is not None and file_id not in files:
            raise FileNotFound(file_id=str(file_id))
    return msgspec.structs.replace(outgoing, files=files)


def _outgoing(
    store: FileStore, file: SendableFile, reference: FileReference | None
) -> OutgoingFile:
    async def read() -> AsyncIterator[bytes]:
        try:
            async for piece in store.read(file.storage_key, 0, file.size):
                yield piece
        except FileNotFoundError:
            raise FileMissing from None

    return OutgoingFile(
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        read=read,
        reference=reference,
    )


def _without_copy(reference: FileReference) -> OutgoingFile:
    async def read() -> AsyncIterator[bytes]:
        raise FileMissing
        yield b""

    return OutgoingFile(
        name="", media_type="application/octet-stream", size=0, read=read, reference=reference
    )
