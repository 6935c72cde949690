"""An upgrade of PostgreSQL that is killed at any step, and one that customers write into."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from halfminute.kit.embedded_postgres import EmbeddedSettings, find_running_dsn
from halfminute.kit.embedded_postgres.cluster import read_cluster_major
from halfminute.main.upgrade import Upgrade, Wishes
from tests.main.cli.running import Up, free_port, run_cli, wait_for
from tests.main.upgrade.old import (
    OLD_MAJOR,
    ask,
    furnish,
    make_old,
    read_all,
    serving,
    settings_of,
)

pytestmark = pytest.mark.crash

_FAKE = "halfminute.plugins.telegram.fake"
STEPS = ("Looking at the data", "Making room", "Bringing", "Looking at them", "Putting them")
KILLS = [
    *(((), step, 0.0) for step in STEPS),
    ((), "Making room", 1.5),
    ((), "Bringing", 1.0),
    (("--link",), "Bringing", 1.0),
    (("--link",), "Bringing", 3.0),
    (("--link",), "Looking at them", 0.0),
    (("--link",), "Putting them", 0.0),
    (("--reload",), "Bringing", 0.5),
]


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="hm-"))
    directory.chmod(0o755)
    with serving(make_old(directory / "made")) as dsn:
        asyncio.run(furnish(dsn))
    yield directory / "made"
    shutil.rmtree(directory)


@pytest.fixture
def old(made_once: Path, server_directory: Path) -> EmbeddedSettings:
    subprocess.run(["cp", "-a", str(made_once), str(server_directory / "data")], check=True)
    return settings_of(server_directory / "data")


@pytest.mark.parametrize(("options", "step", "later_seconds"), KILLS)
def test_killed_at_any_step_one_whole_database_is_there(
    old: EmbeddedSettings, options: tuple[str, ...], step: str, later_seconds: float
) -> None:
    before = read_all(old)
    command = ["-m", "halfminute.main.cli", "upgrade", "--port", str(free_port()), *options]
    with subprocess.Popen(
        [sys.executable, *command, "--data", str(old.directory)], stdout=subprocess.PIPE, text=True
    ) as upgrading:
        assert upgrading.stdout is not None
        told = next((line for line in upgrading.stdout if line.startswith(step)), None)
        assert told is not None
        # Somewhere within the step: wherever it is by then, the outcome must be the same.
        time.sleep(later_seconds)
        upgrading.send_signal(signal.SIGKILL)

    # pg_upgrade dies with its parent, and what it had started within a moment after.
    assert read_all(old) == before
    assert read_cluster_major(old.cluster) in {OLD_MAJOR, 18}
    assert not old.upgrade_directory.exists()
    assert not old.upgrade_mark.exists()

    if read_cluster_major(old.cluster) == OLD_MAJOR:
        assert Upgrade(old, Wishes(), print).run() is not None
    assert read_all(old) == before


class Telegram:
    """A simulated Telegram in a process of its own, and a customer who never stops."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.written: list[str] = []
        self._is_over = Event()
        self._http = httpx.Client(base_url=self.url, trust_env=False, timeout=30)
        with (directory / "telegram.log").open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "halfminute.plugins.telegram.fake",
                    "--port",
                    str(self.port),
                ],
                stdout=log,
                stderr=log,
            )
        wait_for(self._is_up)
        for person in range(1, 6):
            self._http.post("/control/subscribers", json={"id": person, "first_name": f"P{person}"})
        self._thread = Thread(target=self._write)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No more is written; what was is brought until it is taken."""
        self._is_over.set()
        self._thread.join()

    def end(self) -> None:
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join()
        self._http.close()
        self.process.kill()
        self.process.wait()

    def _is_up(self) -> bool:
        try:
            return self._http.get("/control/health").status_code == 200
        except httpx.HTTPError:
            return False

    def _write(self) -> None:
        for number in count(1):
            if self._is_over.wait(0.1):
                return
            text = f"word-{number}"
            path = f"/control/bots/123456/chats/{number % 5 + 1}/text"
            self._http.post(path, json={"text": text}).raise_for_status()
            self.written.append(text)


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[Telegram]:
    running = Telegram(tmp_path)
    try:
        yield running
    finally:
        running.end()


def test_nothing_that_customers_write_meanwhile_is_lost_or_doubled(
    old: EmbeddedSettings, telegram: Telegram
) -> None:
    first = Up(old.directory)
    given = ("token=123456:FAKE", f"api_base_url={telegram.url}")
    added = run_cli(
        *("channel", "add", "telegram", *(word for field in given for word in ("--set", field))),
        directory=old.directory,
        environment={"HALFMINUTE_PUBLIC_URL": first.url},
    )
    assert added.returncode == 0, added.stderr
    telegram.start()
    wait_for(lambda: len(telegram.written) > 20)
    assert first.end(signal.SIGTERM) == 0

    upgraded = run_cli("upgrade", "--port", str(first.port), directory=old.directory)
    assert upgraded.returncode == 0, upgraded.stderr
    assert re.search(r"The data are of PostgreSQL 18\.\d+ now", upgraded.stdout)
    second = Up(old.directory, port=first.port)
    try:
        written = len(telegram.written)
        wait_for(lambda: len(telegram.written) > written + 20)
        telegram.stop()
        wait_for(lambda: _count(old) >= len(telegram.written), timeout_seconds=300)
        stored = [row[0] for row in asyncio.run(ask(_dsn(old), _STORED))]
    finally:
        assert second.end(signal.SIGTERM) == 0

    assert sorted(stored) == sorted(telegram.written)


_STORED = """
select parts -> 0 ->> 'text' from messages
 where direction = 'in' and parts -> 0 ->> 'text' like 'word-%'
"""


def _count(old: EmbeddedSettings) -> int:
    return len(asyncio.run(ask(_dsn(old), _STORED)))


def _dsn(old: EmbeddedSettings) -> str:
    found = find_running_dsn(old)
    assert found is not None
    return found
