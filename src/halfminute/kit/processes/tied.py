"""Children tied to their parent: the kernel ends them when the parent dies, however it dies."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import IO, NamedTuple

_LAUNCHER = Path(__file__).with_name("launch.py")


class Credentials(NamedTuple):
    """The operating-system account that a child runs as."""

    uid: int
    gid: int


def tied_command(
    command: Sequence[str],
    *,
    credentials: Credentials | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> list[str]:
    """The command line that runs `command` tied to the calling process.

    `command[0]` must be an absolute path. The kernel watches the *thread* that starts the child
    (prctl(2)), so start it from a thread that lives as long as the child should.
    """
    uid, gid = credentials if credentials is not None else (-1, -1)
    head = [str(os.getpid()), str(int(death_signal)), str(uid), str(gid)]
    return [sys.executable, "-I", "-S", str(_LAUNCHER), *head, *command]


def start_tied(
    command: Sequence[str],
    *,
    credentials: Credentials | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
    directory: Path = Path("/"),
) -> Popen[bytes]:
    """Start `command` as a direct child in a process group of its own, tied to this process.

    Its own group keeps a Ctrl-C in the terminal away from it: the parent decides the order in which
    children stop. `output` takes both its standard output and its standard error.
    """
    return Popen(  # noqa: S603  # callers pass programs of our own
        tied_command(command, credentials=credentials, death_signal=death_signal),
        stdin=DEVNULL,
        stdout=output,
        stderr=output,
        env=environment,
        cwd=directory,
        process_group=0,
    )
