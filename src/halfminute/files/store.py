"""Keeps the bytes of files: in a folder, or wherever obstore reaches."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from halfminute.files.content import media_type_of
from halfminute.files.durable import make_folder, write_file
from halfminute.files.errors import StoreUnreachable
from halfminute.files.types import StoredFile
from halfminute.kit.settings import Settings

_CHUNK_BYTES: Final = 256 * 1024

# Longer than a store needs to move a request elsewhere, shorter than who waits is patient.
_RETRIES: Final[Any] = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}

# Bytes, or an open file that has them.
Content = bytes | BinaryIO
# (key, content); returns when the bytes outlive a power cut.
Write = Callable[[str, Content], Awaitable[object]]


def new_key() -> str:
    """A key of no other file: it tells nothing, and cannot be guessed from another."""
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name[2:]}"


class FileStore:
    """Files under random keys: a key tells nothing, and cannot be guessed from another."""

    def __init__(self, store: Any, *, write: Write | None = None) -> None:
        """`store` is any store of obstore; `write` takes the place of its own put."""
        self._store = store
        self._write = write or self._put

    async def put(self, content: bytes) -> StoredFile:
        """Keep these bytes: they are safe when this returns. Raises OSError, StoreUnreachable."""
        key = new_key()
        await self.keep(key, content)
        return StoredFile(
            storage_key=key,
            sha256=hashlib.sha256(content).digest(),
            size=len(content),
            media_type=media_type_of(content),
        )

    async def keep(self, key: str, content: Content) -> None:
        """As `put`, under a key that is chosen already. Raises OSError, StoreUnreachable."""
        with _told_as_unreachable():
            await self._write(key, content)

    async def find_size(self, key: str) -> int | None:
        """How many bytes are kept under a key; None when it is gone. Raises StoreUnreachable."""
        with contextlib.suppress(FileNotFoundError), _told_as_unreachable():
            found = await obstore.head_async(self._store, key)
            return int(found["size"])
        return None

    async def is_empty(self) -> bool:
        """Whether nothing is kept here. Raises StoreUnreachable."""
        with _told_as_unreachable():
            async for batch in obstore.list(self._store, chunk_size=1):
                if batch:
                    return False
        return True

    async def read(self, key: str, start: int, length: int) -> AsyncIterator[bytes]:
        """The bytes from `start` on, in pieces. Raises FileNotFoundError, StoreUnreachable."""
        end = start + length
        while start < end:
            stop = min(end, start + _CHUNK_BYTES)
            with _told_as_unreachable():
                piece = await obstore.get_range_async(self._store, key, start=start, end=stop)
            yield bytes(piece)
            start = stop

    async def delete(self, key: str) -> None:
        """Forget these bytes; harmless if they are gone. Raises StoreUnreachable."""
        with contextlib.suppress(FileNotFoundError), _told_as_unreachable():
            await obstore.delete_async(self._store, key)

    async def _put(self, key: str, content: Content) -> None:
        if not isinstance(content, bytes):
            content.seek(0)
        try:
            await obstore.put_async(self._store, key, content)
        except FileNotFoundError as error:
            # There is no such bucket.
            raise StoreUnreachable(f"The store of media does not answer: {error}") from error


def choose_file_store(settings: Settings) -> FileStore:
    """The store that the settings name: a bucket, or a folder of this machine."""
    if settings.media_url:
        return _open_bucket(settings)
    return open_file_store(settings.data_directory)


def open_file_store(data_directory: Path) -> FileStore:
    """The store in a folder of this machine, `media` below the data directory.

    obstore's own put into a folder leaves the bytes to the system's cache, so it is not used.
    """
    folder = (data_directory / "media").absolute()
    make_folder(folder)

    async def write(key: str, content: Content) -> None:
        await asyncio.to_thread(write_file, folder, key, content)

    return FileStore(LocalStore(str(folder)), write=write)


def _open_bucket(settings: Settings) -> FileStore:
    """What the settings leave out, obstore takes from the environment (AWS_...)."""
    place = urlsplit(settings.media_url)
    given: dict[str, Any] = {
        "endpoint": settings.media_endpoint,
        "region": settings.media_region,
        "access_key_id": settings.media_access_key_id,
        "secret_access_key": settings.media_secret_access_key,
    }
    is_plain = settings.media_endpoint.startswith("http://")
    store = S3Store(
        place.netloc,
        prefix=place.path.strip("/") or None,
        client_options={"allow_http": is_plain},
        retry_config=_RETRIES,
        **{name: value for name, value in given.items() if value},
    )
    return FileStore(store)


@contextlib.contextmanager
def _told_as_unreachable() -> Iterator[None]:
    try:
        yield
    except BaseError as error:
        raise StoreUnreachable(f"The store of media does not answer: {error}") from error
