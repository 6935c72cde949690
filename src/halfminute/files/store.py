"""Keeps the bytes of files: in a folder, or wherever obstore reaches."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import obstore
from obstore.store import LocalStore

from halfminute.files.content import media_type_of
from halfminute.files.durable import make_folder, write_file
from halfminute.files.types import StoredFile

_CHUNK_BYTES: Final = 256 * 1024

# (key, content); returns when the bytes outlive a power cut.
Write = Callable[[str, bytes], Awaitable[object]]


class FileStore:
    """Files under random keys: a key tells nothing, and cannot be guessed from another."""

    def __init__(self, store: Any, *, write: Write | None = None) -> None:
        """`store` is any store of obstore; `write` takes the place of its own put."""
        self._store = store
        self._write = write or self._put

    async def put(self, content: bytes) -> StoredFile:
        """Keep these bytes: they are safe when this returns. Raises OSError."""
        name = secrets.token_hex(20)
        key = f"{name[:2]}/{name[2:]}"
        await self._write(key, content)
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
        with contextlib.suppress(FileNotFoundError):
            await obstore.delete_async(self._store, key)

    async def _put(self, key: str, content: bytes) -> None:
        await obstore.put_async(self._store, key, content)


def open_file_store(data_directory: Path) -> FileStore:
    """The store in a folder of this machine, `media` below the data directory.

    obstore's own put into a folder leaves the bytes to the system's cache, so it is not used.
    """
    folder = (data_directory / "media").absolute()
    make_folder(folder)

    async def write(key: str, content: bytes) -> None:
        await asyncio.to_thread(write_file, folder, key, content)

    return FileStore(LocalStore(str(folder)), write=write)
