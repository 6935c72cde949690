"""One transaction with the facts it makes true, and the bells it rings afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from halfminute.kit.database import Connection, Database
from halfminute.kit.event_log.append import append_events
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
        try:
            async with self.connection.transaction():
                yield
        except BaseException:
            del self._events[recorded:]
            raise

    async def append(self) -> None:
        """Append what was recorded; `EventLog.write` does it just before the commit."""
        await append_events(self.connection, self._events)

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
        async with self.database.transaction() as connection:
            unit = Unit(connection)
            yield unit
            await unit.append()
        if topics := unit.topics:
            self.wakeups.wake(*topics)
