"""A pid alone never decides whom we signal."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from halfminute.kit.processes.identity import (
    ProcessIdentity,
    end_process,
    find_process,
    is_running,
)
from halfminute.kit.processes.lock import LockHeld, ProcessLock

_STUBBORN = "trap '' TERM; echo ready; while :; do sleep 0.1; done"


def test_we_find_ourselves() -> None:
    process = find_process(os.getpid())

    assert process is not None
    assert is_running(process)


def test_another_start_time_is_another_process() -> None:
    process = find_process(os.getpid())
    assert process is not None

    earlier = ProcessIdentity(process.pid, process.start_ticks - 1)

    assert not is_running(earlier)
    assert end_process(earlier, signal.SIGKILL, 1)  # and we are still here


def test_a_name_with_parentheses_is_read(tmp_path: Path) -> None:
    program = tmp_path / "a) Z (b"
    program.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    program.chmod(0o755)
    child = subprocess.Popen([program])

    assert find_process(child.pid) is not None
    child.kill()
    child.wait()


def test_a_zombie_is_not_running() -> None:
    child = subprocess.Popen(["true"])
    deadline = time.monotonic() + 5
    while find_process(child.pid) is not None and time.monotonic() < deadline:
        time.sleep(0.01)

    assert find_process(child.pid) is None
    child.wait()
    assert find_process(child.pid) is None


def test_a_stubborn_process_is_killed_after_the_patience() -> None:
    child = subprocess.Popen(["/bin/sh", "-c", _STUBBORN], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    process = find_process(child.pid)
    assert process is not None

    assert not end_process(process, signal.SIGTERM, 0.3)

    assert child.wait() == -signal.SIGKILL
    child.stdout.close()


def test_a_lock_is_held_once_and_names_its_holder(tmp_path: Path) -> None:
    first = ProcessLock(tmp_path / "lock")

    with pytest.raises(LockHeld) as held:
        ProcessLock(tmp_path / "lock")
    first.release()
    first.release()

    assert held.value.holder == str(os.getpid())
    ProcessLock(tmp_path / "lock").release()
