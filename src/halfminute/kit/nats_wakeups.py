"""Wake-ups over core NATS, for so many nodes that NOTIFY's lock of the whole server is felt.

Core NATS keeps nothing: who is not there does not hear, which is all that a wake-up asks for.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from halfminute.kit.settings import list_nats_servers
from halfminute.kit.wakeups import SharedWakeups

SUBJECT: Final = "halfminute.wakeups"
_CONNECT_SECONDS: Final = 5.0
_CLOSE_SECONDS: Final = 1.0
# A server that does not answer two of these is given up.
_PING_SECONDS: Final = 5

# ValueError: what answers there does not speak NATS.
FAULTS: Final = (NatsError, OSError, TimeoutError, ValueError)

logger = structlog.get_logger(__name__)


class NatsWakeups(SharedWakeups):
    """All topics go over one subject, in the same words as over NOTIFY."""

    _faults = FAULTS

    def __init__(self, url: str) -> None:
        """`url`: nats:// or tls://, several parted by commas. Raises InvalidSettings."""
        super().__init__()
        self._servers = list_nats_servers(url)
        self._is_away = False

    async def _serve(self) -> None:
        try:
            await self._serve_connected()
        except self._faults as error:
            if not self._is_away:
                logger.warning("nats_away", reason=str(error) or type(error).__name__)
            self._is_away = True
            raise

    async def _serve_connected(self) -> None:
        async with connection_to(self._servers, on_closed=self._on_closed) as client:
            await client.subscribe(SUBJECT, cb=self._hear)
            await client.flush(timeout=int(_CONNECT_SECONDS))
            self._is_away = False
            logger.info("nats_connected", server=_name_of(client))
            self._ring_all()
            while True:
                await self._wait_for_work()
                if not client.is_connected:
                    raise ConnectionResetError("the connection ended")
                if message := self._take_message():
                    await client.publish(SUBJECT, message.encode())

    async def _hear(self, message: Msg) -> None:
        self._hear_message(message.data.decode(errors="replace"))

    async def _on_closed(self) -> None:
        self._hear_end()


@asynccontextmanager
async def connection_to(
    servers: list[str], *, on_closed: Callable[[], Awaitable[None]] | None = None
) -> AsyncIterator[Client]:
    """A connection to the first of the servers that answers; it ends with the block or the server.

    Raises one of FAULTS.
    """
    client = Client()
    faults: list[Exception] = []

    async def note(error: Exception) -> None:
        faults.append(error)

    try:
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await client.connect(
                    servers,
                    name="halfminute",
                    error_cb=note,
                    closed_cb=on_closed,
                    # Reconnecting is the caller's, who has more to do then than to subscribe.
                    allow_reconnect=False,
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                    connect_timeout=2,
                    ping_interval=_PING_SECONDS,
                )
        except NatsError as error:
            # "No servers available" is what the client says after it has told why each was not.
            raise (faults[-1] if faults else error) from error
        yield client
    finally:
        with contextlib.suppress(*FAULTS):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await client.close()


async def measure_round_trip(url: str) -> tuple[str, float]:
    """The server's version, and the seconds until what was sent is heard.

    Raises InvalidSettings, or one of FAULTS.
    """
    async with connection_to(list_nats_servers(url)) as client, asyncio.timeout(_CONNECT_SECONDS):
        inbox = client.new_inbox()
        echo = await client.subscribe(inbox)
        started = time.perf_counter()
        await client.publish(inbox, b"")
        await echo.next_msg(timeout=_CONNECT_SECONDS)
        seconds = time.perf_counter() - started
        version = client.connected_server_version
        return f"{version.major}.{version.minor}.{version.patch}", seconds


def _name_of(client: Client) -> str:
    url = client.connected_url
    return "" if url is None else f"{url.hostname}:{url.port}"  # the rest may be a password
