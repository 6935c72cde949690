"""Fixtures that every test may use: a real PostgreSQL, and a fresh database in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.nats import NatsServer, find_nats_server, open_nats
from tests.postgres import PostgresServer, open_server

# A loaded machine may take its time with an example: nobody asserts a time in the suite.
hypothesis.settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[
        *hypothesis.settings().suppress_health_check,
        hypothesis.HealthCheck.too_slow,
    ],
)
hypothesis.settings.load_profile("untimed")

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """The machine's Chromium; HALFMINUTE_CHROMIUM names another."""
    given = os.environ.get("HALFMINUTE_CHROMIUM")
    return given or next(filter(None, map(shutil.which, _BROWSERS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys need a browser: without one they are skipped, and on CI that is a failure."""
    journeys = [item for item in items if item.get_closest_marker("journey")]
    if not journeys or find_chromium():
        return
    reason = "Chromium is missing: install it (Debian: apt-get install chromium)"
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(reason)
    for item in journeys:
        item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium for Playwright's `executable_path`."""
    found = find_chromium()
    if found is None:
        pytest.skip("Chromium is missing: install it (Debian: apt-get install chromium)")
    return found


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL of this worker."""
    with open_server() as server:
        yield server


@pytest.fixture
def nats_server() -> Iterator[NatsServer]:
    """A NATS server of this test alone; skipped where the machine has none, a failure on CI."""
    if find_nats_server() is None:
        reason = "nats-server is missing: install it (Debian: apt-get install nats-server)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with open_nats() as server:
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
