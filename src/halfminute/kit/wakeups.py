"""Tells waiting loops, in this process and in others, that there is something new to read.

A wake-up carries no data and may be lost: every loop also looks by itself now and then. So losing
one costs milliseconds and never a message.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import Protocol

import asyncpg
import structlog

from halfminute.kit.cadence import Cadence
from halfminute.kit.database import Database, DatabaseUnavailable, OwnConnection

_CHANNEL = "halfminute"
_RECONNECT_SECONDS = 0.5
_PACE_SECONDS = 0.005

logger = structlog.get_logger(__name__)


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

    def wake(self, *topics: str) -> None:
        """Ring the bells of these topics everywhere. Call it after the commit."""


class PostgresWakeups:
    """Wake-ups by LISTEN and NOTIFY.

    NOTIFY takes a lock of the whole server until its commit, so it never stands in the
    transaction of a message: one sender gathers topics while the last notification is under way.
    """

    def __init__(self, database: Database) -> None:
        """Delivers inside this process at once; to others after `run` has connected."""
        self._database = database
        self._origin = f"{os.getpid()}.{id(self)}"
        self._wakers: dict[str, list[Waker]] = {}
        self._to_send: set[str] = set()
        self._has_work = asyncio.Event()

    def subscribe(self, *topics: str) -> Waker:
        """A bell that rings at each wake-up of any of these topics."""
        waker = Waker()
        for topic in topics:
            self._wakers.setdefault(topic, []).append(waker)
        return waker

    def wake(self, *topics: str) -> None:
        """Ring here at once, and elsewhere as soon as the notification is out."""
        for topic in topics:
            self._ring(topic)
        self._to_send.update(topics)
        self._has_work.set()

    async def run(self) -> None:
        """Listen and notify until cancelled; reconnects by itself."""
        while True:
            try:
                await self._serve()
            except (DatabaseUnavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _serve(self) -> None:
        connection = await self._database.connect()
        try:
            await connection.add_listener(_CHANNEL, self._hear)
            self._ring_all()
            await self._send_until_closed(connection)
        finally:
            connection.terminate()

    async def _send_until_closed(self, connection: OwnConnection) -> None:
        connection.add_termination_listener(self._hear_end)
        cadence = Cadence(_PACE_SECONDS)
        while not connection.is_closed():
            await self._has_work.wait()
            await cadence.wait()
            self._has_work.clear()
            topics, self._to_send = self._to_send, set()
            if topics and not connection.is_closed():
                payload = ",".join([self._origin, *sorted(topics)])
                await connection.execute("select pg_notify($1, $2)", _CHANNEL, payload)

    def _hear(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        origin, *topics = str(payload).split(",")
        if origin != self._origin:
            for topic in topics:
                self._ring(topic)

    def _hear_end(self, _connection: object) -> None:
        self._has_work.set()

    def _ring(self, topic: str) -> None:
        for waker in self._wakers.get(topic, ()):
            waker.ring()

    def _ring_all(self) -> None:
        # What was told while we were not listening is not told again.
        for topic in self._wakers:
            self._ring(topic)
