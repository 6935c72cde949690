"""A whole Halfminute for a test: its roles as processes that may be killed, and a Telegram."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx

from halfminute.kit.settings import Settings
from tests.journeys.telegram import Telegram

ROOT: Final = Path(__file__).parents[2]
DESK: Final = ROOT / "web" / "apps" / "desk" / "dist" / "index.html"
ROLES: Final = ("web", "router", "delivery")
_PATIENCE_SECONDS: Final = 40.0
_LOUD: Final = ("error", "critical")


class House:
    """Processes on free ports of this machine, started and ended one by one by their names."""

    def __init__(self, directory: Path, database_url: str) -> None:
        """Nothing runs before `open`. `directory` holds the files, the key and the logs."""
        self.directory = directory
        self.port = free_port()
        self._telegram_port = free_port()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._heard: dict[str, int] = {}
        self.settings = Settings(
            database_url=database_url, port=self.port, data_directory=directory / "data"
        )
        self.url = f"http://127.0.0.1:{self.port}"
        self.telegram = Telegram(f"http://127.0.0.1:{self._telegram_port}")
        self.numbers = count(1)

    @contextmanager
    def open(self) -> Iterator[House]:
        """All of it, until the block ends."""
        try:
            self._spawn("telegram", *_TELEGRAM, "--port", str(self._telegram_port))
            for role in ROLES:
                self.start(role)
            wait_until_well(f"{self.telegram.url}/control/health")
            wait_until_well(f"{self.url}/health")
            yield self
        finally:
            self._end(self._processes)
            self.telegram.close()

    def start(self, role: str) -> None:
        """A new process of the role; returns before it is ready."""
        self._spawn(role, "-m", "halfminute.main.cli", "serve", "--roles", role)

    def kill(self, role: str) -> None:
        """SIGKILL: no process learns that it happens to it."""
        process = self._processes[role]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def pid(self, role: str) -> int:
        """The role's process."""
        return self._processes[role].pid

    def mend(self) -> None:
        """Start what a failed test left dead."""
        for role in ROLES:
            if self._processes[role].poll() is not None:
                self.start(role)
        self.wait_until_well()

    def wait_until_well(self) -> None:
        """Return when the web process and its database are there."""
        wait_until_well(f"{self.url}/health")

    def take_complaints(self) -> list[str]:
        """What the roles logged as errors since this was last asked."""
        return [line for role in ROLES for line in self._hear(role) if _is_loud(line)]

    def _hear(self, role: str) -> list[str]:
        log = self.directory / f"{role}.log"
        with log.open("rb") as file:
            file.seek(self._heard.get(role, 0))
            new = file.read()
            self._heard[role] = file.tell()
        return new.decode(errors="replace").splitlines()

    def _spawn(self, name: str, *arguments: str) -> None:
        with (self.directory / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if "HALFMINUTE_" not in name},
            "HALFMINUTE_DATABASE_URL": self.settings.database_url,
            "HALFMINUTE_PORT": str(self.port),
            "HALFMINUTE_DATA_DIRECTORY": str(self.settings.data_directory),
            "HALFMINUTE_LOG_FORMAT": "json",
            "HALFMINUTE_LOG_LEVEL": "warning",
        }

    def _end(self, names: Collection[str]) -> None:
        running = [self._processes[name] for name in names if self._processes[name].poll() is None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


_TELEGRAM: Final = (
    *("-m", "halfminute.plugins.telegram.fake"),
    *("--webhook-retry-seconds", "0.2"),
)


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_well(url: str) -> None:
    """Return when the address answers 200."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _is_well(url):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url} did not get well")
        time.sleep(0.05)


def _is_well(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _is_loud(line: str) -> bool:
    try:
        told: Any = json.loads(line)
    except ValueError:
        return "Traceback" in line or "Error" in line
    return isinstance(told, dict) and told.get("level") in _LOUD
