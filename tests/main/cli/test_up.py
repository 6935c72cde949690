"""A whole installation from one command: it serves, mends itself, stops, and leaves nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.main.cli.running import Up, free_port, run_cli, wait_for

pytestmark = pytest.mark.xdist_group("up")


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    """One installation for all the plays here that it survives; SIGTERM ends it."""
    directory = Path(tempfile.mkdtemp(prefix="hm-"))
    directory.chmod(0o755)
    running = Up(directory / "data")
    started = running.descendants()
    yield running
    try:
        assert running.end(signal.SIGTERM) == 0, running.told()
        assert not [process for process in started if _is_alive(process)]
        assert "Traceback" not in running.told()
    finally:
        running.process.kill()
        shutil.rmtree(directory, ignore_errors=True)


def test_it_serves_and_the_password_it_tells_signs_in(up: Up) -> None:
    told = re.search(r"Sign in\s+(\S+@\S+)\s+(\S+)", up.told())

    assert told is not None, up.told()
    assert up.is_well()
    assert up.sign_in(told[1], told[2]) == 201
    assert up.sign_in(told[1], "guess-guess-guess") == 401


def test_a_killed_part_comes_back(up: Up) -> None:
    for name in ("web", "router", "delivery"):
        killed = up.pid_of(name)
        assert killed

        os.kill(killed, signal.SIGKILL)

        wait_for(lambda name=name, killed=killed: up.pid_of(name) not in {0, killed})  # type: ignore[misc]
        wait_for(up.is_well)
        assert f"The part `{name}` ended (signal 9)" in up.told()


def test_who_calls_while_the_web_starts_again_waits_and_is_not_refused(up: Up) -> None:
    killed = up.pid_of("web")
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(killed))

    answer = httpx.get(f"{up.url}/health", timeout=120)

    assert answer.status_code == 200


def test_a_killed_database_comes_back(up: Up) -> None:
    killed = up.postmaster_pid

    os.kill(killed, signal.SIGKILL)

    wait_for(lambda: up.postmaster_pid not in {0, killed})
    wait_for(up.is_well)


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_goes_on(
    server_directory: Path,
) -> None:
    first = Up(server_directory / "data")
    told = re.search(r"Sign in\s+(\S+@\S+)\s+(\S+)", first.told())
    assert told is not None
    left = first.descendants()
    assert len(left) >= 3

    first.end(signal.SIGKILL)
    wait_for(lambda: not [process for process in left if _is_alive(process)])
    second = Up(server_directory / "data")
    started = second.descendants()

    assert second.sign_in(told[1], told[2]) == 201
    assert "as before" in second.told()
    assert second.end(signal.SIGINT) == 0
    assert not [process for process in started if _is_alive(process)]


def test_commands_beside_it_use_its_database(up: Up) -> None:
    added = run_cli("user", "add", "anna@example.org", "--name", "Anna", directory=up.directory)
    again = run_cli("user", "add", "anna@example.org", "--name", "Anna", directory=up.directory)
    password = added.stdout.rpartition("Password: ")[2].strip()

    assert added.returncode == 0, added.stderr
    assert up.sign_in("anna@example.org", password) == 201
    assert again.returncode == 1
    assert again.stderr == "Halfminute: Another user has this e-mail address.\n"


def test_the_doctor_sees_a_running_installation(up: Up) -> None:
    answer = run_cli("doctor", "--port", str(up.port), directory=up.directory)

    assert "Halfminute answers, and is well" in answer.stdout
    assert "Schema      up to date" in answer.stdout
    assert "secret.key, mode 600" in answer.stdout


def test_a_second_one_on_the_same_directory_is_refused_in_one_line(up: Up) -> None:
    answer = run_cli("up", "--port", str(free_port()), directory=up.directory)

    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert f"already runs on {up.directory} (process {up.process.pid})" in answer.stderr


def test_a_taken_port_is_told_in_one_line_that_names_the_way_out(server_directory: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        answer = run_cli("up", "--port", str(port), directory=server_directory / "data")

    assert answer.returncode == 1
    remedy = f"choose another with --port {port + 1}"
    assert answer.stderr == f"Halfminute: Port {port} is taken: {remedy}.\n"


def test_a_signal_during_the_start_leaves_nothing(server_directory: Path) -> None:
    command = [sys.executable, "-m", "halfminute.main.cli", "up", "--port", str(free_port())]
    starting = subprocess.Popen(
        [*command, "--data", str(server_directory / "data")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for((server_directory / "data" / "halfminute.lock").exists)
    time.sleep(0.7)  # somewhere within the making of the database

    starting.send_signal(signal.SIGINT)

    assert starting.wait(timeout=30) == 130
    held = [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(server_directory) in " ".join(process.info["cmdline"] or [])
    ]
    assert held == []


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
