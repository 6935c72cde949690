"""A tied child does not outlive its parent, however that dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from halfminute.kit.processes.identity import find_process
from halfminute.kit.processes.tied import Credentials, start_tied

_PARENT = """
import sys, time
from halfminute.kit.processes.tied import start_tied
child = start_tied(["/bin/sleep", "600"])
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_child_ends_with_its_parent(number: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child_pid = int(parent.stdout.readline())
    time.sleep(0.3)  # the launcher becomes the program

    parent.send_signal(number)
    parent.wait()
    parent.stdout.close()

    deadline = time.monotonic() + 5
    while find_process(child_pid) is not None:
        assert time.monotonic() < deadline, "the child lives on"
        time.sleep(0.02)


def test_the_child_is_a_direct_child_and_its_status_is_its_own() -> None:
    child = start_tied(["/bin/sh", "-c", "exit 7"])

    assert child.wait() == 7


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another account")
def test_the_child_of_root_drops_every_privilege() -> None:
    child = start_tied(
        ["/bin/sh", "-c", "id -u; id -g; id -G"],
        credentials=Credentials(65534, 65534),
        output=subprocess.PIPE,
    )

    told, _ = child.communicate()

    assert told.split() == [b"65534"] * 3
