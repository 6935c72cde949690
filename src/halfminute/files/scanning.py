"""Asks a scanner whether bytes are harmful: clamd, by its INSTREAM command (clamd(8)).

The stream is sent in chunks, each after its length in four bytes, and ends with a length of zero.
The answer is one line: `stream: OK`, `stream: NAME FOUND` or `... ERROR`.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import BinaryIO, Final, Protocol
from urllib.parse import urlsplit

from halfminute.files.errors import ScannerUnreachable, UnscannableFile

_PIECE_BYTES: Final = 256 * 1024
_CONNECT_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 120.0
_LONGEST_ANSWER: Final = 4096
_FOUND: Final = re.compile(r"stream: (.+) FOUND")


class Scanner(Protocol):
    """Something that knows harmful bytes."""

    async def scan(self, pieces: AsyncIterator[bytes]) -> str | None:
        """The name of what it found; None for nothing.

        Raises ScannerUnreachable, and UnscannableFile where it answers that it cannot.
        """

    async def ping(self) -> None:
        """Raises ScannerUnreachable."""


class Clamd:
    """A scanner behind a socket."""

    def __init__(self, address: str, *, answer_seconds: float = _ANSWER_SECONDS) -> None:
        """`unix:/run/clamav/clamd.ctl` or `tcp://host:3310`."""
        self._address = urlsplit(address)
        self._answer_seconds = answer_seconds

    async def scan(self, pieces: AsyncIterator[bytes]) -> str | None:
        """As the protocol says."""
        answer = await self._ask(b"zINSTREAM\0", pieces)
        if answer == "stream: OK":
            return None
        found = _FOUND.fullmatch(answer)
        if found is None:
            raise UnscannableFile(reason=answer[:200])
        return found[1]

    async def ping(self) -> None:
        """As the protocol says."""
        answer = await self._ask(b"zPING\0", None)
        if answer != "PONG":
            raise ScannerUnreachable(f"The scanner answers: {answer[:200]}")

    async def _ask(self, command: bytes, pieces: AsyncIterator[bytes] | None) -> str:
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                reader, writer = await self._connect()
        except (OSError, TimeoutError) as error:
            raise ScannerUnreachable(f"The scanner cannot be reached: {error}") from error
        try:
            async with asyncio.timeout(self._answer_seconds):
                return await _converse(reader, writer, command, pieces)
        except FileNotFoundError:
            # The bytes are not there: that is no fault of the scanner's.
            raise
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError) as error:
            raise ScannerUnreachable(f"The scanner broke off: {error}") from error
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.scheme == "unix":
            return await asyncio.open_unix_connection(self._address.path, limit=_LONGEST_ANSWER)
        host, port = self._address.hostname, self._address.port
        return await asyncio.open_connection(host, port, limit=_LONGEST_ANSWER)


async def _converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    command: bytes,
    pieces: AsyncIterator[bytes] | None,
) -> str:
    answer = asyncio.ensure_future(reader.readuntil(b"\0"))
    try:
        # It answers before the end where the stream is longer than it takes, and hangs up.
        with contextlib.suppress(ConnectionError):
            writer.write(command)
            async for piece in pieces or _nothing():
                if answer.done():
                    break
                # A length of zero would be the end.
                if piece:
                    writer.write(len(piece).to_bytes(4, "big") + piece)
                    await writer.drain()
            if pieces is not None:
                writer.write(bytes(4))
                await writer.drain()
        return (await answer)[:-1].decode("utf-8", "replace").strip()
    finally:
        answer.cancel()


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def file_pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    """The whole of an open file."""
    file.seek(0)
    while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
        yield piece


def open_scanner(address: str) -> Scanner | None:
    """The scanner that the setting names; None where it names none."""
    return Clamd(address) if address else None
