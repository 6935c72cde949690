"""A small cluster made once and copied for each test, because making one takes a second."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings


def small(directory: Path) -> EmbeddedSettings:
    """A server as small as it gets."""
    return EmbeddedSettings(
        directory=directory, is_durable=False, shared_buffers_megabytes=8, max_connections=20
    )


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="hm-"))
    directory.chmod(0o755)
    with EmbeddedPostgres(small(directory / "made")):
        pass
    yield directory / "made"
    shutil.rmtree(directory)


@pytest.fixture
def make_settings(made_once: Path, server_directory: Path) -> Callable[..., EmbeddedSettings]:
    """Settings for a stopped server in `server_directory/name`."""

    def make(name: str = "data") -> EmbeddedSettings:
        target = server_directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", str(made_once), str(target)], check=True)
        return small(target)

    return make


@pytest.fixture
def settings(make_settings: Callable[..., EmbeddedSettings]) -> EmbeddedSettings:
    return make_settings()
