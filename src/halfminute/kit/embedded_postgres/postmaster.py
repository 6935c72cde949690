"""One run of the `postgres` program: started as a direct child, waited for, and ended in order."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from subprocess import Popen, TimeoutExpired

from halfminute.kit.embedded_postgres.binaries import Binaries
from halfminute.kit.embedded_postgres.leftovers import READY, read_postmaster_file
from halfminute.kit.embedded_postgres.settings import EmbeddedSettings
from halfminute.kit.processes.tied import Credentials, start_tied

_LOG_TAIL_BYTES = 2000
_READY_POLL_SECONDS = 0.02


def start_postmaster(
    settings: EmbeddedSettings, binaries: Binaries, account: Credentials | None
) -> Popen[bytes]:
    """Start `postgres`; SIGINT, its fast shutdown, is what it gets when our thread dies."""
    with settings.start_log.open("wb") as output:
        return start_tied(
            [str(binaries.postgres), "-D", str(settings.cluster)],
            credentials=account,
            death_signal=signal.SIGINT,
            environment={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
            output=output,
        )


def wait_until_ready(child: Popen[bytes], cluster: Path, timeout_seconds: float) -> bool:
    """True when the server says so in postmaster.pid; False when it ended or took too long."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline and child.poll() is None:
        noted = read_postmaster_file(cluster)
        if noted is not None and noted.pid == child.pid and noted.status == READY:
            return True
        time.sleep(_READY_POLL_SECONDS)
    return False


def end_postmaster(child: Popen[bytes], patience_seconds: float) -> None:
    """Fast shutdown; when it takes too long, immediate shutdown; at the last SIGKILL."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        child.send_signal(number)
        try:
            child.wait(patience_seconds)
        except TimeoutExpired:
            continue
        return


def read_log_tail(settings: EmbeddedSettings) -> str:
    """The end of what the server last said, from its start and from its own log."""
    logs = sorted((settings.cluster / "log").glob("*.log"), key=lambda place: place.stat().st_mtime)
    texts = [_read_tail(place) for place in (settings.start_log, *logs[-1:])]
    return "\n".join(text for text in texts if text)


def _read_tail(place: Path) -> str:
    try:
        return place.read_bytes()[-_LOG_TAIL_BYTES:].decode(errors="replace").strip()
    except OSError:
        return ""
