"""A contact centre with a real intake, for plays about a day of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.reports.day import Day
from tests.scene import open_scene


@pytest.fixture
async def day(database_url: str) -> AsyncIterator[Day]:
    async with open_scene(database_url) as scene:
        yield Day(scene)
