"""What processes weigh and use, from the kernel's own books."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def rss_mb(pids: Iterable[int]) -> float:
    """Resident memory of these processes together, in MB (proc(5), VmRSS)."""
    return sum(_kilobytes(Path(f"/proc/{pid}/status"), "VmRSS:") for pid in pids) / 1024


def pss_mb(pids: Iterable[int]) -> float:
    """Their proportional set size in MB: memory that several share is counted once."""
    return sum(_kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") for pid in pids) / 1024


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time that these processes have used since they were started (proc(5), stat)."""
    return sum(_ticks(Path(f"/proc/{pid}/stat")) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _ticks(book: Path) -> int:
    # The name of the program stands in brackets, and may have blanks and brackets of its own.
    fields = book.read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _kilobytes(book: Path, name: str) -> int:
    try:
        lines = book.read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
