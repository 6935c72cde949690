"""A world of one's own for each play."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from halfminute.kit.database import Database
from tests.conversations.world import World


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def world(database: Database) -> World:
    return World(database)
