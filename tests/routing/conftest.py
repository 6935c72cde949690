"""A contact centre of one's own for each play."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from halfminute.kit.database import Database
from tests.routing.centre import Centre


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    database = Database(database_url)
    await database.open()
    yield Centre(database)
    await database.close()
