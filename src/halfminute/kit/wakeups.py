"""Tells waiting loops, in this process and in others, that there is something new to read.

A wake-up carries no data but its topic and may be lost: every loop also looks by itself now and
then. So losing one costs milliseconds and never a message.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

import asyncpg

from halfminute.kit.cadence import Cadence
from halfminute.kit.database import Database, DatabaseUnavailable, OwnConnection

_CHANNEL = "halfminute"
_RECONNECT_SECONDS = 0.5
# Messages leave at least so far apart.
_PACE_SECONDS = 0.005
# NOTIFY takes less than 8000 bytes (PostgreSQL's manual, "NOTIFY").
_LARGEST_MESSAGE = 7000


class Waker:
    """One loop's bell for one topic."""

    def __init__(self) -> None:
        """Silent until rung."""
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Wake the loop, now or at its next wait."""
        self._bell.set()

    async def wait(self, seconds: float) -> None:
        """Return when rung, or after `seconds` at the latest."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        self._bell.clear()


class Wakeups(Protocol):
    """The port: NOTIFY by default, a message bus where there are many nodes."""

    def subscribe(self, *topics: str) -> Waker:
        """A bell that rings at each wake-up of any of these topics."""

    def listen(self, prefix: str, hear: Callable[[str], None]) -> None:
        """Call `hear` with each topic that begins so: for what is over when a loop would look."""

    def wake(self, *topics: str) -> None:
        """Ring the bells of these topics everywhere. Call it after the commit."""


class SharedWakeups(ABC):
    """Bells of this process, and a loop that rings those of the others.

    One sender gathers topics until its next message may leave, so many wake-ups are few messages.
    """

    _faults: tuple[type[Exception], ...]

    def __init__(self) -> None:
        """Delivers inside this process at once; to others after `run` has connected."""
        self._origin = f"{os.getpid()}.{id(self)}"
        self._wakers: dict[str, list[Waker]] = {}
        self._listeners: list[tuple[str, Callable[[str], None]]] = []
        self._to_send: set[str] = set()
        self._has_work = asyncio.Event()
        self._cadence = Cadence(_PACE_SECONDS)

    def subscribe(self, *topics: str) -> Waker:
        """A bell that rings at each wake-up of any of these topics."""
        waker = Waker()
        for topic in topics:
            self._wakers.setdefault(topic, []).append(waker)
        return waker

    def listen(self, prefix: str, hear: Callable[[str], None]) -> None:
        """Call `hear` with each topic that begins so."""
        self._listeners.append((prefix, hear))

    def wake(self, *topics: str) -> None:
        """Ring here at once, and elsewhere as soon as the message is out."""
        for topic in topics:
            self._ring(topic)
        self._to_send.update(topics)
        self._has_work.set()

    async def run(self) -> None:
        """Listen and tell until cancelled; reconnects by itself."""
        while True:
            try:
                await self._serve()
            except self._faults:
                await asyncio.sleep(_RECONNECT_SECONDS)

    @abstractmethod
    async def _serve(self) -> None:
        """Connect, `_ring_all`, and send until the connection ends; one of `_faults` may do so."""

    async def _wait_for_work(self) -> None:
        await self._has_work.wait()
        await self._cadence.wait()

    def _take_message(self) -> str:
        """What is to be told: our name and the topics. Empty when there is nothing.

        What finds no room goes with the next message.
        """
        self._has_work.clear()
        message = self._origin
        for topic in sorted(self._to_send):
            if message != self._origin and len(message) + len(topic) >= _LARGEST_MESSAGE:
                self._has_work.set()
                break
            message += f",{topic}"
            self._to_send.remove(topic)
        return message if message != self._origin else ""

    def _hear_message(self, message: str) -> None:
        origin, *topics = message.split(",")
        if origin != self._origin:
            for topic in topics:
                self._ring(topic)

    def _hear_end(self) -> None:
        """The connection ended: have the sender look."""
        self._has_work.set()

    def _ring(self, topic: str) -> None:
        for waker in self._wakers.get(topic, ()):
            waker.ring()
        for prefix, hear in self._listeners:
            if topic.startswith(prefix):
                hear(topic)

    def _ring_all(self) -> None:
        # What was told while we were not listening is not told again.
        for topic in self._wakers:
            self._ring(topic)


class PostgresWakeups(SharedWakeups):
    """Wake-ups by LISTEN and NOTIFY.

    NOTIFY takes a lock of the whole server until its commit, so it never stands in the
    transaction of a message.
    """

    _faults = (DatabaseUnavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

    def __init__(self, database: Database) -> None:
        """A connection of its own is taken by `run`."""
        super().__init__()
        self._database = database

    async def _serve(self) -> None:
        connection = await self._database.connect()
        try:
            await connection.add_listener(_CHANNEL, self._hear)
            self._ring_all()
            await self._send_until_closed(connection)
        finally:
            connection.terminate()

    async def _send_until_closed(self, connection: OwnConnection) -> None:
        connection.add_termination_listener(lambda _connection: self._hear_end())
        while not connection.is_closed():
            await self._wait_for_work()
            if connection.is_closed():
                return
            if message := self._take_message():
                await connection.execute("select pg_notify($1, $2)", _CHANNEL, message)

    def _hear(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self._hear_message(str(payload))
