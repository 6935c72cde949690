"""A source that was written to, and an empty place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from halfminute.kit.secrets import write_secret_key
from halfminute.main.backup import Installation
from halfminute.main.backup.place import open_installation
from tests.scene import Scene, open_scene


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY_FILE", "DATA_DIRECTORY"):
        monkeypatch.delenv(f"HALFMINUTE_{name}", raising=False)


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with open_scene(database_url) as scene:
        yield scene


@pytest.fixture
def source(tmp_path: Path, database_url: str) -> Installation:
    """What the scene runs on; its key is the scene's."""
    directory = tmp_path / "source"
    directory.mkdir()
    write_secret_key(directory / "secret.key", bytes(32))
    return open_installation(directory, database_url)


@pytest.fixture
def empty(tmp_path: Path, empty_database_url: str) -> Installation:
    """A place with nothing in it but the key."""
    directory = tmp_path / "empty"
    directory.mkdir()
    write_secret_key(directory / "secret.key", bytes(32))
    return open_installation(directory, empty_database_url)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "halfminute.backup"
