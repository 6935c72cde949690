"""A scene with a store of media."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from halfminute.files.store import FileStore, open_file_store
from tests.scene import Scene, open_scene


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with open_scene(database_url) as scene:
        yield scene


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return open_file_store(tmp_path)
