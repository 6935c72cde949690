"""A scene with a person's own account in it, for plays about its chats."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conversations.business.owner import Owner
from tests.scene import Scene, open_scene


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with open_scene(database_url) as scene:
        yield scene


@pytest.fixture
def owner(scene: Scene) -> Owner:
    """Somebody who may connect us."""
    return Owner(scene)
