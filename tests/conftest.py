"""Fixtures that every test may use: a real PostgreSQL, and a fresh database in it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import PostgresServer, shared_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL of this test run, shared by its workers; it does not survive a power cut."""
    with shared_server() as server:
        yield server


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of this test alone, with the whole schema."""
    with postgres_server.database(is_migrated=True) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of this test alone, with nothing in it."""
    with postgres_server.database(is_migrated=False) as url:
        yield url


@pytest.fixture
def server_directory() -> Iterator[Path]:
    """A directory with a short path that an embedded server's own account may enter.

    pytest's tmp_path is closed to every account but ours, and its path is long.
    """
    directory = Path(tempfile.mkdtemp(prefix="hm-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)
