"""The role web of a test's own: the real server on a real port, over a real database."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from halfminute.kit.settings import Settings
from halfminute.main.parts import Parts, open_parts
from halfminute.main.web import serve_web

_PATIENCE_SECONDS = 30
_LATEST_FAILURES = "select subject from login_failures order by at desc, subject limit 2"


def free_port() -> int:
    """A port of the loopback that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serve_role(database_url: str, directory: Path, **given: Any) -> AsyncIterator[Parts]:
    """Yields when it answers; told to stop, it ends as it does in a process of its own."""
    settings = Settings(
        database_url=database_url, data_directory=directory, port=free_port(), **given
    )
    stop = asyncio.Event()
    async with open_parts(settings) as parts:
        serving = asyncio.create_task(serve_web(parts, stop))
        try:
            await _wait_until_well(f"http://127.0.0.1:{settings.port}/health")
            yield parts
        finally:
            stop.set()
            await serving


async def guess_password(client: httpx.AsyncClient, origin: str, **headers: str) -> int:
    """Sign in as nobody; the status."""
    answer = await client.post(
        "/api/session",
        json={"email": "nobody@example.org", "password": "guess-guess-guess"},
        headers={"origin": origin, **headers},
    )
    return answer.status_code


async def find_guesser(parts: Parts) -> str:
    """The address that the last failed sign-in is counted against; "" for none."""
    async with parts.database.connection() as connection:
        rows = await connection.fetch(_LATEST_FAILURES)
    found = [row["subject"] for row in rows if row["subject"].startswith("ip:")]
    return found[0].removeprefix("ip:") if found else ""


async def _wait_until_well(url: str) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS), httpx.AsyncClient() as client:
        while True:
            try:
                if (await client.get(url)).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
