"""Whatever is killed, the next moment or the next start serves again and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.embedded_postgres.binaries import choose_binaries
from halfminute.kit.embedded_postgres.leftovers import find_server, read_postmaster_file
from halfminute.kit.processes.identity import find_process
from tests.kit.embedded_postgres.asking import answers, ask, wait_for

_SUPERVISOR = """
import sys, time
from pathlib import Path
from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
server = EmbeddedPostgres(EmbeddedSettings(Path(sys.argv[1]), is_durable=False))
server.start()
print(server.postmaster_pid, flush=True)
time.sleep(600)
"""


def test_a_killed_server_is_started_again_with_what_was_committed(
    settings: EmbeddedSettings,
) -> None:
    with EmbeddedPostgres(settings) as server:
        ask(server.dsn, "create table kept as select 7 as value")
        killed = server.postmaster_pid
        assert killed is not None

        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: server.postmaster_pid not in {killed, None} and answers(server.dsn))

        assert ask(server.dsn, "select value from kept") == 7


def test_a_server_killed_again_and_again_comes_back(settings: EmbeddedSettings) -> None:
    with EmbeddedPostgres(settings) as server:
        for _ in range(3):
            wait_for(lambda: answers(server.dsn))
            killed = server.postmaster_pid
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            wait_for(lambda killed=killed: server.postmaster_pid not in {killed, None})  # type: ignore[misc]
        wait_for(lambda: answers(server.dsn))


def test_a_server_can_be_stopped_while_it_is_being_restarted(settings: EmbeddedSettings) -> None:
    server = EmbeddedPostgres(settings)
    server.start()
    assert server.postmaster_pid is not None
    os.kill(server.postmaster_pid, signal.SIGKILL)

    server.stop()

    assert find_server(settings.cluster) is None


def test_a_restart_that_fails_is_tried_again(settings: EmbeddedSettings) -> None:
    with EmbeddedPostgres(settings) as server:
        killed = server.postmaster_pid
        assert killed is not None
        settings.start_log.unlink()
        settings.start_log.mkdir()  # as a full or read-only disk would, it refuses to be written

        os.kill(killed, signal.SIGKILL)
        time.sleep(0.5)
        assert server.postmaster_pid is None
        settings.start_log.rmdir()

        wait_for(lambda: answers(server.dsn))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_server_ends_with_its_supervisor(
    settings: EmbeddedSettings, number: signal.Signals
) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", _SUPERVISOR, str(settings.directory)], stdout=subprocess.PIPE
    )
    assert supervisor.stdout is not None
    postmaster_pid = int(supervisor.stdout.readline())

    supervisor.send_signal(number)
    supervisor.wait()
    supervisor.stdout.close()

    wait_for(lambda: find_process(postmaster_pid) is None)
    with EmbeddedPostgres(settings) as server:
        assert ask(server.dsn, "select 1") == 1


def test_an_orphan_is_shut_down_and_the_data_are_served_anew(settings: EmbeddedSettings) -> None:
    with EmbeddedPostgres(settings):
        pass
    with _untied_server(settings) as orphan, EmbeddedPostgres(settings) as server:
        assert orphan.wait(timeout=10) == 0  # the fast shutdown ends in good order
        assert server.postmaster_pid != orphan.pid
        assert ask(server.dsn, "select 1") == 1


@pytest.mark.parametrize("is_inside", [False, True])
def test_a_pid_that_means_another_program_by_now_is_spared(
    settings: EmbeddedSettings, *, is_inside: bool
) -> None:
    bystander = subprocess.Popen(
        ["sleep", "600"],
        cwd=settings.cluster if is_inside else "/",
        user=settings.cluster.stat().st_uid if os.geteuid() == 0 else None,
    )
    note = settings.cluster / "postmaster.pid"
    note.write_text(f"{bystander.pid}\n{settings.cluster}\n1\n5432\n\n\n\nready\n")

    try:
        with EmbeddedPostgres(settings) as server:
            assert ask(server.dsn, "select 1") == 1
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_zombie_is_not_a_running_server(settings: EmbeddedSettings) -> None:
    zombie = subprocess.Popen(["true"])
    wait_for(lambda: " Z " in Path(f"/proc/{zombie.pid}/stat").read_text())
    (settings.cluster / "postmaster.pid").write_text(f"{zombie.pid}\n")

    try:
        with EmbeddedPostgres(settings) as server:
            assert ask(server.dsn, "select 1") == 1
    finally:
        zombie.wait()


@contextmanager
def _untied_server(settings: EmbeddedSettings) -> Iterator[subprocess.Popen[bytes]]:
    """A server as an older supervisor could have left it: alive, and nobody's."""
    owner = settings.cluster.stat()
    as_root = os.geteuid() == 0
    server = subprocess.Popen(
        [str(choose_binaries(None).postgres), "-D", str(settings.cluster)],
        cwd="/",
        stderr=subprocess.DEVNULL,
        user=owner.st_uid if as_root else None,
        group=owner.st_gid if as_root else None,
    )
    try:
        deadline = time.monotonic() + 10
        while (note := read_postmaster_file(settings.cluster)) is None or note.status != "ready":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield server
    finally:
        server.kill()
        server.wait()
