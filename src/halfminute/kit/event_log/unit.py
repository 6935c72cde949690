"""One transaction with the facts it makes true, and the bells it rings afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import msgspec

from halfminute.kit.database import Connection, Database
from halfminute.kit.event_log.types import NewEvent
from halfminute.kit.wakeups import Wakeups

LOG_TOPIC = "log"


def event_topic(event_type: str) -> str:
    """The bell that rings at facts of this type alone."""
    return f"{LOG_TOPIC}:{event_type}"


class Unit:
    """What a verb writes with: a connection in a transaction, and the facts recorded so far."""

    def __init__(self, connection: Connection) -> None:
        """Made by `EventLog.write`."""
        self.connection = connection
        self._events: list[NewEvent] = []
        self._topics: set[str] = set()

    def record(self, event_type: str, data: dict[str, Any], *streams: str) -> None:
        """Tell a fact to each of these streams. `data` holds identifiers and numbers, no words."""
        self._events.extend(NewEvent(stream, event_type, data) for stream in streams)

    def wake(self, *topics: str) -> None:
        """Ring these bells once the transaction is committed."""
        self._topics.update(topics)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that can fail alone: its rows and its facts are undone together."""
        recorded = len(self._events)
        await self.connection.execute("savepoint part")
        try:
            yield
        except BaseException:
            del self._events[recorded:]
            await self.connection.execute("rollback to savepoint part; release savepoint part")
            raise
        await self.connection.execute("release savepoint part")

    @property
    def ending(self) -> str:
        """What commits the transaction with its facts, as one question to the server.

        The streams of the facts are locked from their appending to the commit; asked in two
        questions, a busy queue's stream would wait for this process in between.
        """
        if not self._events:
            return "commit"
        told = msgspec.json.encode(self._events).decode().replace("'", "''")
        return f"select append_events('{told}'); commit"

    @property
    def topics(self) -> set[str]:
        """The bells to ring after the commit: the log's own and the types' of what was told."""
        types = {event.type for event in self._events}
        return self._topics | ({LOG_TOPIC, *map(event_topic, types)} if types else set())


class EventLog:
    """The only place that writes facts."""

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        """Writes to `database`, rings by `wakeups`."""
        self.database = database
        self.wakeups = wakeups

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        """A unit that is committed with its facts when the block ends, or leaves no trace."""
        async with self.database.connection() as connection:
            unit = Unit(connection)
            try:
                await connection.execute("begin")
                yield unit
                # A transaction in which a fault was swallowed says "ROLLBACK" and raises nothing.
                if await connection.execute(unit.ending) != "COMMIT":
                    raise RuntimeError("the transaction had failed before its end")
            except BaseException:
                await _undo(connection)
                raise
        if topics := unit.topics:
            self.wakeups.wake(*topics)


async def _undo(connection: Connection) -> None:
    # Of a connection that is gone the server undoes all by itself.
    if not connection.is_closed() and connection.is_in_transaction():
        with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.execute("rollback")
