"""Data of the old PostgreSQL, made once and copied for each test."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from halfminute.kit.embedded_postgres import EmbeddedSettings
from tests.main.upgrade.old import furnish, make_old, serving, settings_of


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATA_DIRECTORY"):
        monkeypatch.delenv(f"HALFMINUTE_{name}", raising=False)


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="hm-"))
    directory.chmod(0o755)
    with serving(make_old(directory / "made")) as dsn:
        asyncio.run(furnish(dsn))
    yield directory / "made"
    shutil.rmtree(directory)


@pytest.fixture
def old(made_once: Path, server_directory: Path) -> EmbeddedSettings:
    """A stopped installation with a few conversations."""
    subprocess.run(["cp", "-a", str(made_once), str(server_directory / "data")], check=True)
    return settings_of(server_directory / "data")
