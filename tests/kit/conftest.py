"""A log to write to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.kit.wakeups import PostgresWakeups


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, pool_size=12)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def log(database: Database) -> EventLog:
    return EventLog(database, PostgresWakeups(database))
