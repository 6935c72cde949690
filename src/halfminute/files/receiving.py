"""Takes the bytes of an upload as they come, into a file without a name.

The kernel forgets it with its last descriptor, so that of what is cut short nothing is left,
however it is cut short.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, BinaryIO, Final
from uuid import UUID

from halfminute.kit.errors import TooLarge, TooManyRequests
from halfminute.kit.http.body import ClientGone

# A client that sends nothing for so long is taken for gone.
SILENCE_SECONDS: Final = 60.0
# So many of one person are taken at a time by one process, and of everybody.
_OF_ONE: Final = 4
_OF_ALL: Final = 32
_BUFFER_BYTES: Final = 1024 * 1024


class Uploads:
    """Counts what is being taken in by this process."""

    def __init__(self, *, of_one: int = _OF_ONE, of_all: int = _OF_ALL) -> None:
        """Nothing is, yet. So many of one person are let in at a time, and of everybody."""
        self._of_one = of_one
        self._of_all = of_all
        self._running: Counter[UUID] = Counter()

    @contextmanager
    def take_turn(self, uploaded_by: UUID) -> Iterator[None]:
        """Raises TooManyRequests where enough are under way."""
        if self._running[uploaded_by] >= self._of_one or self._running.total() >= self._of_all:
            raise TooManyRequests(retry_after_seconds=2)
        self._running[uploaded_by] += 1
        try:
            yield
        finally:
            self._running[uploaded_by] -= 1
            self._running += Counter()


@asynccontextmanager
async def receive_body(
    receive: Callable[[], Awaitable[Any]], said_length: str | None, *, limit: int
) -> AsyncIterator[BinaryIO]:
    """The whole body of a request as an open file.

    Raises TooLarge as soon as it is known to have more than `limit` bytes, and ClientGone.
    """
    if said_length is not None and said_length.isdecimal() and int(said_length) > limit:
        raise TooLarge(limit=limit)
    with tempfile.TemporaryFile() as file:  # no name is opened, nothing waits
        await _fill(file, receive, limit)
        file.seek(0)
        yield file


async def _fill(file: Any, receive: Callable[[], Awaitable[Any]], limit: int) -> None:
    size = 0
    buffer = bytearray()
    while True:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                message = await receive()
        except TimeoutError:
            raise ClientGone from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            raise TooLarge(limit=limit)
        buffer += piece
        is_last = not message.get("more_body", False)
        if is_last or len(buffer) >= _BUFFER_BYTES:
            await asyncio.to_thread(file.write, bytes(buffer))
            buffer.clear()
        if is_last:
            return
