"""One process of a production unit: it ends when it is told to, whatever its threads still do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# A plug-in may be importing its provider's library at that moment, which takes many seconds on a
# busy machine, and an interpreter waits for its threads.
_WITH_A_BUSY_THREAD = """
import threading, time
threading.Thread(target=time.sleep, args=(300,)).start()
from halfminute.main.cli import main
main()
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
