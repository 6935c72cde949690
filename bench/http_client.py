"""A lean keep-alive HTTP/1.1 client, so that a bench measures the server and not itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

ANSWER_SECONDS = 10


class Answer(NamedTuple):
    """A status, headers with lower-case names (the last of a name), and the body."""

    status: int
    headers: dict[str, str]
    body: bytes


class LeanClient:
    """A few connections to one address of this machine."""

    def __init__(self, host: str, port: int, *, connections: int = 8) -> None:
        """Connections are opened as they are needed, `connections` at the most."""
        self._address = (host, port)
        self._free: asyncio.LifoQueue[_Wire | None] = asyncio.LifoQueue()
        for _ in range(connections):
            self._free.put_nowait(None)

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One exchange. Raises OSError or TimeoutError when there is no answer."""
        wire = await self._free.get()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if wire is None:
                    wire = _Wire(*await asyncio.open_connection(*self._address))
                return await wire.exchange(method, path, body, headers or {})
        except BaseException:
            if wire is not None:
                wire.close()
            wire = None
            raise
        finally:
            self._free.put_nowait(wire)

    def close(self) -> None:
        """Close what is open."""
        while not self._free.empty():
            wire = self._free.get_nowait()
            if wire is not None:
                wire.close()


class _Wire:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def exchange(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        head = [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        head.append(f"Content-Length: {len(body)}")
        self._writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        try:
            status, answered = _read_head(await self._reader.readuntil(b"\r\n\r\n"))
            length = int(answered.get("content-length", 0))
            return Answer(status, answered, await self._reader.readexactly(length))
        except asyncio.IncompleteReadError as error:
            raise ConnectionResetError("closed before the whole answer") from error

    def close(self) -> None:
        self._writer.close()


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}
