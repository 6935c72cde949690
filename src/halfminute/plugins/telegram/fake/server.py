"""Serves the fake: by itself, or inside a test's event loop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from halfminute.plugins.telegram.fake.control import control_application
from halfminute.plugins.telegram.fake.http import CUT, BotApi
from halfminute.plugins.telegram.fake.parts import Options, Parts

# Longer than any client keeps an idle connection: a call into one that the server just closed
# would look like a call cut short.
KEEP_ALIVE_SECONDS: Final = 90
SHUTDOWN_SECONDS: Final = 1


class CuttableProtocol(HttpToolsProtocol):
    """HTTP whose application may close the connection without an answer, by `scope[CUT]()`."""

    def on_message_begin(self) -> None:
        """Gives each request its scissors."""
        super().on_message_begin()
        self.scope[CUT] = self.transport.abort  # type: ignore[typeddict-unknown-key]


class _EmbeddedServer(uvicorn.Server):
    """A server that leaves signals to the program that it lives in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True)
class RunningFake:
    """A fake that answers at `url`."""

    url: str
    parts: Parts


def server_configuration(options: Options, host: str, port: int) -> tuple[uvicorn.Config, Parts]:
    """How uvicorn is to serve a fake. No access log: every address holds a token."""
    parts = Parts(options)
    application = BotApi(parts.methods, parts.world, control_application(parts))
    configuration = uvicorn.Config(
        application,
        host=host,
        port=port,
        http=CuttableProtocol,
        lifespan="on",
        access_log=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    return configuration, parts


@asynccontextmanager
async def run_fake(options: Options | None = None, *, port: int = 0) -> AsyncIterator[RunningFake]:
    """A fake on this event loop, on loopback, by default on any free port."""
    configuration, parts = server_configuration(options or Options(), "127.0.0.1", port)
    server = _EmbeddedServer(configuration)
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if task.done():
                await task
                raise RuntimeError("the fake did not start")
            await asyncio.sleep(0.01)
        address = server.servers[0].sockets[0].getsockname()
        yield RunningFake(f"http://127.0.0.1:{address[1]}", parts)
    finally:
        server.should_exit = True
        parts.end_waits()
        await task


async def serve_until_signalled(options: Options, host: str, port: int) -> None:
    """A fake that ends at SIGINT or SIGTERM, in good order and without a word."""
    configuration, parts = server_configuration(options, host, port)
    server = _EmbeddedServer(configuration)

    def stop() -> None:
        # What cannot be answered any more is cut; that is no fault.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        server.should_exit = True
        parts.end_waits()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await server.serve()
