"""What processes weigh, from the kernel's own books."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def rss_mb(pids: Iterable[int]) -> float:
    """Resident memory of these processes together, in MB (proc(5), VmRSS)."""
    return sum(_kilobytes(Path(f"/proc/{pid}/status"), "VmRSS:") for pid in pids) / 1024


def pss_mb(pids: Iterable[int]) -> float:
    """Their proportional set size in MB: memory that several share is counted once."""
    return sum(_kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") for pid in pids) / 1024


def _kilobytes(book: Path, name: str) -> int:
    try:
        lines = book.read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
