"""Answers whoever calls during the upgrade: try again soon. So providers keep what they bring.

Only the head of a request is read: nothing is taken in, so nothing is acknowledged.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import msgspec

RETRY_AFTER_SECONDS: Final = 5
_HEAD_BYTES: Final = 64 * 1024
_REST_BYTES: Final = 8 * 1024 * 1024
_PATIENCE_SECONDS: Final = 10
# As every error of ours is told (kit.http.errors).
_BODY: Final = msgspec.json.encode(
    {
        "code": "upgrading",
        "message": "Halfminute is being upgraded: try again in a moment.",
        "fields": {},
    }
)
_ANSWER: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\n"
    b"Retry-After: %d\r\n"
    b"Content-Type: application/json\r\n"
    b"Content-Length: %d\r\n"
    b"Cache-Control: no-store\r\n"
    b"Connection: close\r\n"
    b"\r\n%s" % (RETRY_AFTER_SECONDS, len(_BODY), _BODY)
)


@asynccontextmanager
async def closed_door(host: str, port: int) -> AsyncIterator[None]:
    """Until the block ends every request gets 503 with Retry-After (RFC 9110, 15.6.4).

    Raises OSError when the port cannot be had.
    """
    callers: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers[writer] = asyncio.current_task()
        try:
            await _answer(reader, writer)
        finally:
            del callers[writer]
            writer.close()

    server = await asyncio.start_server(answer, host, port, limit=_HEAD_BYTES)
    try:
        yield
    finally:
        server.close()
        tasks = [task for task in callers.values() if task is not None]
        for writer in list(callers):
            writer.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_ANSWER)
            await writer.drain()
            writer.write_eof()
            # Closed with bytes unread, a socket takes the answer back by a reset.
            await _drop_rest(reader)


async def _drop_rest(reader: asyncio.StreamReader) -> None:
    left = _REST_BYTES
    while left > 0 and (piece := await reader.read(_HEAD_BYTES)):
        left -= len(piece)
