"""The ways in which processes wake each other, for plays that hold for each of them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from nats.aio.msg import Msg

from halfminute.kit.database import Database
from halfminute.kit.nats_wakeups import SUBJECT, NatsWakeups, connection_to
from halfminute.kit.wakeups import PostgresWakeups, SharedWakeups, Waker
from tests.nats import NatsServer


class Bus(ABC):
    """One way."""

    @abstractmethod
    def join(self) -> SharedWakeups:
        """The wake-ups of one process more."""

    @abstractmethod
    def overhear(self, heard: list[str]) -> AbstractAsyncContextManager[None]:
        """Note all messages within the block."""

    @abstractmethod
    async def cut_off(self) -> None:
        """End all connections from the other side; new ones may be made."""


class PostgresBus(Bus):
    """LISTEN and NOTIFY."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def join(self) -> SharedWakeups:
        return PostgresWakeups(self._database)

    @asynccontextmanager
    async def overhear(self, heard: list[str]) -> AsyncIterator[None]:
        listener = await self._database.connect()
        await listener.add_listener("halfminute", lambda *told: heard.append(str(told[-1])))
        yield
        await listener.close()

    async def cut_off(self) -> None:
        async with self._database.connection() as connection:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where pid <> pg_backend_pid() and query ilike '%listen%'"
            )


class NatsBus(Bus):
    """Core NATS."""

    def __init__(self, server: NatsServer) -> None:
        self._server = server

    def join(self) -> SharedWakeups:
        return NatsWakeups(self._server.url)

    @asynccontextmanager
    async def overhear(self, heard: list[str]) -> AsyncIterator[None]:
        async def note(message: Msg) -> None:
            heard.append(message.data.decode())

        async with connection_to([self._server.url]) as client:
            await client.subscribe(SUBJECT, cb=note)
            await client.flush()
            yield

    async def cut_off(self) -> None:
        self._server.kill()
        await asyncio.to_thread(self._server.start)


@asynccontextmanager
async def running(wakeups: SharedWakeups) -> AsyncIterator[SharedWakeups]:
    """Connected, within the block."""
    first = wakeups.subscribe("started")
    task = asyncio.create_task(wakeups.run())
    try:
        assert await rings(first, 5)  # all bells ring once it listens
        yield wakeups
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def rings(waker: Waker, seconds: float) -> bool:
    """Whether it rings in time."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    await waker.wait(seconds)
    return loop.time() - started < seconds * 0.9
