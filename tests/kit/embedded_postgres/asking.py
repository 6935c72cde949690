"""How the tests ask a server, and wait for one that is being restarted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import asyncpg


def ask(dsn: str, query: str) -> object:
    """The one value that `query` gives, over a connection of its own."""

    async def fetch() -> object:
        connection = await asyncpg.connect(dsn, timeout=5)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def wait_for(condition: Callable[[], bool], timeout_seconds: float = 20) -> None:
    """Return once `condition` holds; an AssertionError when it does not in time."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def answers(dsn: str) -> bool:
    """Whether the server takes a connection now."""
    try:
        return ask(dsn, "select 1") == 1
    except (OSError, asyncpg.PostgresError):
        return False
