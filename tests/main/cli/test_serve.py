"""One process of a production unit: it ends when it is told to, whatever its threads still do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from halfminute.kit.processes.listeners import open_listeners
from tests.main.cli.running import free_port, run_cli, wait_for

# A plug-in may be importing its provider's library at that moment, which takes many seconds on a
# busy machine, and an interpreter waits for its threads.
_WITH_A_BUSY_THREAD = """
import threading, time
threading.Thread(target=time.sleep, args=(300,)).start()
from halfminute.main.cli import main
main()
"""


# As systemd starts what a socket unit activates: the socket is descriptor 3, the process is named.
_ACTIVATE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execv(sys.executable, [sys.executable, "-m", "halfminute.main.cli", "serve", "--roles", "web"])
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_busy_thread_does_not_keep_a_process_that_was_told_to_stop(
    database_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    settings = {
        "HALFMINUTE_DATABASE_URL": database_url,
        "HALFMINUTE_DATA_DIRECTORY": str(tmp_path),
    }
    with subprocess.Popen(
        [sys.executable, "-c", _WITH_A_BUSY_THREAD, "serve", "--roles", "router,delivery"],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if "started" in line:
                    break
            process.send_signal(number)

            printed, _ = process.communicate(timeout=60)
        finally:
            process.kill()

    assert process.returncode == 0
    assert "stopped" in printed


def test_a_role_without_http_tells_its_figures_where_it_is_told_to(
    database_url: str, tmp_path: Path
) -> None:
    port = free_port()
    settings = {
        "HALFMINUTE_DATABASE_URL": database_url,
        "HALFMINUTE_DATA_DIRECTORY": str(tmp_path),
        "HALFMINUTE_METRICS_PORT": str(port),
    }
    command = [sys.executable, "-m", "halfminute.main.cli", "serve", "--roles"]
    with subprocess.Popen([*command, "router"], env={**os.environ, **settings}) as process:
        try:
            wait_for(lambda: "halfminute_router_events_total" in read_figures(port))

            second = subprocess.run(
                [*command, "delivery"],
                env={**os.environ, **settings},
                check=False,
                capture_output=True,
                text=True,
                timeout=60,
            )
        finally:
            process.terminate()
    assert process.returncode == 0
    assert second.returncode == 1
    assert "give each process a HALFMINUTE_METRICS_PORT of its own" in second.stderr
    assert "Traceback" not in second.stderr


def read_figures(port: int) -> str:
    """The page for Prometheus; "" while nobody answers."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=2).text
    except httpx.HTTPError:
        return ""


def test_a_descriptor_that_does_not_listen_is_told_in_a_line(tmp_path: Path) -> None:
    settings = {
        "HALFMINUTE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "HALFMINUTE_DATA_DIRECTORY": str(tmp_path),
    }

    answer = run_cli("serve", "--roles", "web", "--fd", "0", environment=settings)

    assert answer.returncode == 1
    assert "is no socket that listens" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_who_called_before_systemd_started_the_web_is_answered(
    database_url: str, tmp_path: Path
) -> None:
    settings = {
        "HALFMINUTE_DATABASE_URL": database_url,
        "HALFMINUTE_DATA_DIRECTORY": str(tmp_path),
        # Nobody listens on this one.
        "HALFMINUTE_PORT": str(free_port()),
    }
    [held] = open_listeners("127.0.0.1", 0)
    port = held.getsockname()[1]
    with held, socket.create_connection(("127.0.0.1", port), timeout=120) as caller:
        caller.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        with subprocess.Popen(
            [sys.executable, "-c", _ACTIVATE, str(held.fileno())],
            env={**os.environ, **settings},
            pass_fds=[held.fileno()],
        ) as process:
            try:
                assert caller.recv(12) == b"HTTP/1.1 200"
            finally:
                process.terminate()
                process.wait(60)
