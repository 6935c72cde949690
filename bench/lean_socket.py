"""A lean WebSocket client (RFC 6455) for thousands of sockets in one process.

It sends small masked text frames and reads unmasked text frames; nothing is compressed.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Mapping

_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA


class HandshakeRefused(OSError):
    """The server did not switch protocols."""


class LeanSocket:
    """One open socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Made by `connect`."""
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port: int, path: str, headers: Mapping[str, str]) -> LeanSocket:
        """Open a socket on this machine. Raises OSError."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**17)
        key = base64.b64encode(os.urandom(16)).decode()
        head = [
            f"GET {path} HTTP/1.1",
            f"Host: localhost:{port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n")
        try:
            answer = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            raise HandshakeRefused("closed in the handshake") from error
        if b" 101 " not in answer.split(b"\r\n", 1)[0]:
            writer.close()
            raise HandshakeRefused(answer.split(b"\r\n", 1)[0].decode("latin-1"))
        return cls(reader, writer)

    def send(self, text: str) -> None:
        """Send a text frame shorter than 64 KiB."""
        self._send(_TEXT, text.encode())

    async def frames(self) -> AsyncIterator[bytes]:
        """The text frames until the server closes or the connection breaks."""
        try:
            while True:
                opcode, body = await self._read()
                if opcode == _TEXT:
                    yield body
                elif opcode == _PING:
                    self._send(_PONG, body)
                elif opcode == _CLOSE:
                    return
        except (asyncio.IncompleteReadError, OSError):
            return

    def close(self) -> None:
        """Drop the connection."""
        self._writer.close()

    def _send(self, opcode: int, body: bytes) -> None:
        size = len(body)
        head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else None
        if head is None:
            head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
        # A mask of zeros leaves the bytes as they are: nobody between us and the server reads them.
        self._writer.write(head + b"\0\0\0\0" + body)

    async def _read(self) -> tuple[int, bytes]:
        first, second = await self._reader.readexactly(2)
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8), "big")
        return first & 0x0F, await self._reader.readexactly(size)
