"""Keeps bytes so that none are left behind: until a row names them they are noted as loose."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import BinaryIO, Final

from halfminute.files.content import HEAD_BYTES, media_type_of
from halfminute.files.errors import StoreUnreachable
from halfminute.files.store import Content, FileStore, new_key
from halfminute.files.tables import loose as tables
from halfminute.files.types import StoredFile
from halfminute.kit.database import Connection, Database

# Longer than anything takes between the writing of bytes and the commit of the row that names them.
LOOSE_SECONDS: Final = 24 * 3600.0
_AT_ONCE: Final = 100
_PIECE_BYTES: Final = 1024 * 1024


async def keep_bytes(database: Database, store: FileStore, content: Content) -> StoredFile:
    """Write the bytes; whoever has their row name them calls `claim_bytes` in its transaction.

    What is never claimed is deleted after `LOOSE_SECONDS`. Raises StoreUnreachable.
    """
    key = new_key()
    async with database.transaction() as connection:
        await loosen_bytes(connection, [key], seconds=LOOSE_SECONDS)
    try:
        await store.keep(key, content)
    except OSError as error:
        raise StoreUnreachable(f"The store of media takes nothing: {error.strerror}") from error
    sha256, size, head = await asyncio.to_thread(_read, content)
    return StoredFile(key, sha256, size, media_type_of(head))


async def claim_bytes(connection: Connection, key: str) -> None:
    """A row names them now."""
    await connection.execute(tables.CLAIM_KEY, key)


async def loosen_bytes(
    connection: Connection, keys: Sequence[str | None], *, seconds: float = 0.0
) -> None:
    """No row names these any more, so they are deleted in `seconds`; None is no key."""
    await connection.execute(tables.LOOSEN, list(keys), seconds)


async def delete_loose_bytes(database: Database, store: FileStore) -> int:
    """Delete what is due; returns how many. Being cut short loses nothing.

    Raises DatabaseUnavailable, StoreUnreachable.
    """
    deleted = 0
    while True:
        async with database.connection() as connection:
            rows = await connection.fetch(tables.LIST_LOOSE, _AT_ONCE)
        for row in rows:
            await store.delete(row["storage_key"])
        async with database.transaction() as connection:
            await connection.execute(tables.FORGET_LOOSE, [row["storage_key"] for row in rows])
        deleted += len(rows)
        if len(rows) < _AT_ONCE:
            return deleted


def _read(content: Content) -> tuple[bytes, int, bytes]:
    if isinstance(content, bytes):
        return hashlib.sha256(content).digest(), len(content), content[:HEAD_BYTES]
    return _read_file(content)


def _read_file(file: BinaryIO) -> tuple[bytes, int, bytes]:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    digest, size = hashlib.sha256(head), len(head)
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
        size += len(piece)
    return digest.digest(), size, head
