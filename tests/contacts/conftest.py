"""A scene for every play about contacts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.scene import Scene, open_scene


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with open_scene(database_url) as scene:
        yield scene
