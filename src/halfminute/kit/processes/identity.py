"""Which process a pid means: pids are reused, so a pid alone never decides whom we signal."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process that stays itself: its pid and its start in clock ticks since boot (proc(5))."""

    pid: int
    start_ticks: int


def find_process(pid: int) -> ProcessIdentity | None:
    """The process that runs under `pid` now; None when there is none, or only a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command name stands in parentheses and may hold spaces and parentheses itself.
    fields = stat.rpartition(")")[2].split()
    state, start_ticks = fields[0], int(fields[19])
    return None if state in {"Z", "X"} else ProcessIdentity(pid, start_ticks)


def is_running(process: ProcessIdentity) -> bool:
    return find_process(process.pid) == process


def end_process(process: ProcessIdentity, first: signal.Signals, patience_seconds: float) -> bool:
    """Signal `process` and wait until it is gone; after `patience_seconds` send SIGKILL.

    Returns whether it ended without SIGKILL. A process that is gone already counts as ended.
    """
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return True
    try:
        # The handle pins the process: checked after opening, it cannot turn into another one.
        if not is_running(process):
            return True
        _send(handle, first)
        if _wait_ended(process, handle, patience_seconds):
            return True
        _send(handle, signal.SIGKILL)
        _wait_ended(process, handle, patience_seconds)
        return False
    finally:
        os.close(handle)


def _send(handle: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(handle, number)


def _wait_ended(process: ProcessIdentity, handle: int, timeout_seconds: float) -> bool:
    readable, _, _ = select.select([handle], [], [], timeout_seconds)
    return bool(readable) or not is_running(process)
