"""Deals with what a supervisor that was killed may leave: a living server, or the traces of one.

Called with the directory's lock held, so no living supervisor owns what is found here.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from halfminute.kit.processes.identity import ProcessIdentity, end_process, find_process

READY = "ready"


@dataclass(frozen=True, slots=True)
class PostmasterFile:
    """postmaster.pid as the server writes it (src/include/utils/pidfile.h)."""

    pid: int
    port: int
    status: str


def read_postmaster_file(cluster: Path) -> PostmasterFile | None:
    """The server's own note of itself; None when there is none, or it is not written out yet."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid = int(lines[0])
        port = int(lines[3]) if len(lines) > 3 else 0
    except (OSError, ValueError, IndexError):
        return None
    return PostmasterFile(pid, port, lines[7].strip() if len(lines) > 7 else "")


def find_server(cluster: Path) -> ProcessIdentity | None:
    """The server that still runs on `cluster`; a pid that now means another program is not it."""
    noted = read_postmaster_file(cluster)
    if noted is None:
        return None
    process = find_process(noted.pid)
    return process if process is not None and _serves(noted.pid, cluster) else None


def clear_leftovers(cluster: Path, socket_directory: Path, patience_seconds: float) -> bool:
    """End an orphaned server by a fast shutdown and remove stale locks; True if one was ended.

    The server removes a stale postmaster.pid by itself, unless another program has its pid by now.
    """
    noted = read_postmaster_file(cluster)
    orphan = find_server(cluster)
    if orphan is not None:
        end_process(orphan, signal.SIGINT, patience_seconds)
    elif noted is not None and find_process(noted.pid) is not None:
        (cluster / "postmaster.pid").unlink(missing_ok=True)
    for trace in socket_directory.glob(".s.PGSQL.*"):
        trace.unlink(missing_ok=True)
    return orphan is not None


def _serves(pid: int, cluster: Path) -> bool:
    """A server's working directory is its cluster; its program may have been replaced since."""
    place = Path(f"/proc/{pid}")
    with suppress(OSError):
        program = (place / "exe").readlink().name.removesuffix(" (deleted)")
        return program == "postgres" and (place / "cwd").samefile(cluster)
    return False
