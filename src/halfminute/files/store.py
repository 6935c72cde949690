"""Keeps the bytes of files: in a folder, or wherever obstore reaches."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import obstore
from obstore.store import LocalStore

from halfminute.files.content import media_type_of
from halfminute.files.types import StoredFile

_CHUNK_BYTES: Final = 256 * 1024


class FileStore:
    """Files under random keys: a key tells nothing, and cannot be guessed from another."""

    def __init__(self, store: Any) -> None:
        """`store` is any store of obstore."""
        self._store = store

    async def put(self, content: bytes) -> StoredFile:
        """Keep these bytes."""
        name = secrets.token_hex(20)
        key = f"{name[:2]}/{name[2:]}"
        await obstore.put_async(self._store, key, content)
        return StoredFile(
            storage_key=key,
            sha256=hashlib.sha256(content).digest(),
            size=len(content),
            media_type=media_type_of(content),
        )

    async def read(self, key: str, start: int, length: int) -> AsyncIterator[bytes]:
        """The bytes from `start` on, in pieces."""
        end = start + length
        while start < end:
            stop = min(end, start + _CHUNK_BYTES)
            yield bytes(await obstore.get_range_async(self._store, key, start=start, end=stop))
            start = stop

    async def delete(self, key: str) -> None:
        """Forget these bytes; harmless if they are gone."""
        await obstore.delete_async(self._store, key)


def open_file_store(data_directory: Path) -> FileStore:
    """The store in a folder of this machine, `media` below the data directory."""
    folder = data_directory / "media"
    return FileStore(LocalStore(str(folder.absolute()), mkdir=True))
