"""The parts are put together as the settings say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from halfminute.kit.nats_wakeups import NatsWakeups
from halfminute.kit.settings import Settings
from halfminute.kit.wakeups import PostgresWakeups, SharedWakeups
from halfminute.main.parts import open_parts
from tests.kit.buses import rings
from tests.nats import NatsServer


@pytest.mark.parametrize("has_bus", [False, True], ids=["postgres", "nats"])
async def test_two_processes_wake_each_other_over_the_bus_that_is_set(
    has_bus: bool, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: NatsServer | None = request.getfixturevalue("nats_server") if has_bus else None
    settings = Settings(
        database_url=database_url, data_directory=tmp_path, nats_url=server.url if server else ""
    )
    expected: type[SharedWakeups] = NatsWakeups if has_bus else PostgresWakeups
    async with open_parts(settings) as here, open_parts(settings) as there:
        assert type(here.wakeups) is type(there.wakeups) is expected
        bell = there.wakeups.subscribe("files")
        await rings(bell, 1)  # as it does at its connection, which may have been made by now
        here.wakeups.wake("files")
        assert await rings(bell, 5)


def test_the_client_of_a_bus_that_is_not_set_is_not_loaded() -> None:
    code = "import sys, halfminute.main.application; sys.exit('nats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
