"""A real `halfminute up` in a process of its own, and what it told on its screen."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil

_START_SECONDS = 150


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_cli(
    *arguments: str, directory: Path | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    data = ["--data", str(directory)] if directory else []
    return subprocess.run(
        [sys.executable, "-m", "halfminute.main.cli", *arguments, *data],
        check=False,
        capture_output=True,
        text=True,
        env={**_environment(), **(environment or {})},
        timeout=150,
    )


def wait_for(condition: Callable[[], bool], timeout_seconds: float = 30) -> None:
    """Return once `condition` holds."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class Up:
    """`halfminute up` on `directory`, or another verb of its kind, waited for until it is ready."""

    def __init__(
        self, directory: Path, *arguments: str, verb: str = "up", port: int | None = None
    ) -> None:
        """Start it. An AssertionError carries its screen when it does not become ready."""
        self.directory = directory
        self.port = port or free_port()
        self.screen = directory.with_name(f"{directory.name}.screen")
        command = [sys.executable, "-m", "halfminute.main.cli", verb, "--data", str(directory)]
        with self.screen.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=_environment(),
            )
        self._wait_until_ready()

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def told(self) -> str:
        """The screen so far."""
        return self.screen.read_text(encoding="utf-8")

    def is_well(self) -> bool:
        """Whether it serves and reaches its database."""
        try:
            return httpx.get(f"{self.url}/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def pid_of(self, name: str) -> int:
        """The process of one of its parts, as its own register names it."""
        page = (self.directory / "processes.json").read_text(encoding="utf-8")
        match = re.search(rf'"name":"{name}","pid":(\d+)', page)
        return int(match[1]) if match else 0

    @property
    def postmaster_pid(self) -> int:
        """The database's first process as it notes itself; 0 while it has not, or only begun to."""
        note = self.directory / "postgresql" / "postmaster.pid"
        lines = note.read_text(encoding="utf-8").split() if note.exists() else []
        return int(lines[0]) if lines else 0

    def descendants(self) -> list[psutil.Process]:
        """Every process it has started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def sign_in(self, email: str, password: str) -> int:
        """The status of a sign-in from the desk."""
        answer = httpx.post(
            f"{self.url}/api/session",
            json={"email": email, "password": password},
            headers={"origin": f"http://localhost:{self.port}"},
        )
        return answer.status_code

    def end(self, number: signal.Signals) -> int:
        """Signal it and wait; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while "Ctrl-C stops everything" not in self.told():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"It did not start:\n{self.told()}")
            time.sleep(0.05)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HALFMINUTE_")}
    return {**kept, "PYTHONWARNINGS": "default"}
