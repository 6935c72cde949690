"""The realtime socket, as an agent's screen uses it: heartbeats out, events in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from halfminute_demo.staff.desk import Desk

# What a screen beats by; silence of more than a few of these signs an agent off.
_HEARTBEAT_SECONDS: Final = 2.0
_OPEN_SECONDS: Final = 20.0
LOST: Final = (WebSocketException, OSError, TimeoutError)


class Live:
    """An open socket."""

    def __init__(self, socket: ClientConnection) -> None:
        """Use `open_live`."""
        self._socket = socket

    async def follow(self, stream: str, after: int = 0) -> None:
        """Hear every event of the stream after this number."""
        await self._send({"type": "subscribe", "stream": stream, "after": after})

    async def leave(self, stream: str) -> None:
        """Hear no more of it."""
        await self._send({"type": "unsubscribe", "stream": stream})

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """The events as they come, until the connection ends by an error of `LOST`."""
        while True:
            # What came at once stands in one text, as a list.
            told = json.loads(await self._socket.recv())
            for frame in told if isinstance(told, list) else [told]:
                if frame["type"] == "event":
                    yield frame

    async def beat(self) -> None:
        """Say that the agent is here, until cancelled or lost."""
        while True:
            await self._send({"type": "heartbeat"})
            await asyncio.sleep(_HEARTBEAT_SECONDS)

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._socket.send(json.dumps(frame))


@asynccontextmanager
async def open_live(desk: Desk) -> AsyncIterator[Live]:
    """A socket in the desk's session. Raises one of `LOST`; ConnectionClosed for who is let out."""
    address = f"{desk.address.replace('http', 'ws', 1)}/api/realtime"
    async with connect(
        address,
        additional_headers={"cookie": desk.cookie, "origin": desk.address},
        open_timeout=_OPEN_SECONDS,
        close_timeout=1,
        proxy=None,
    ) as socket:
        yield Live(socket)


def is_signed_out(error: BaseException) -> bool:
    """Whether the socket was closed because the session has ended (close code 4401)."""
    return (
        isinstance(error, ConnectionClosed) and error.rcvd is not None and error.rcvd.code == 4401
    )
