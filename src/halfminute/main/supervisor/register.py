"""The children of this start, on disk, so that the next start can end those that were left."""

from __future__ import annotations

import signal
from pathlib import Path

import msgspec

from halfminute.kit.processes.identity import ProcessIdentity, end_process, find_process, is_running

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class _Noted(msgspec.Struct, frozen=True):
    name: str
    pid: int
    start_ticks: int


class _Page(msgspec.Struct, frozen=True):
    boot_id: str
    children: list[_Noted]


class ProcessRegister:
    """`place` holds name, pid and start time of each child; the boot tells old pages from ours."""

    def __init__(self, place: Path) -> None:
        """Nothing is read or written yet."""
        self._place = place
        self._children: dict[str, _Noted] = {}

    def note(self, name: str, pid: int) -> None:
        """Write down the child that now has this name."""
        process = find_process(pid)
        if process is not None:
            self._children[name] = _Noted(name, pid, process.start_ticks)
            self._write()

    def strike(self, name: str) -> None:
        """Forget a child that has ended."""
        if self._children.pop(name, None) is not None:
            self._write()

    def end_leftovers(self, patience_seconds: float) -> list[str]:
        """End what an earlier start left running; returns the names. Call it under the lock."""
        left = [noted for noted in self._read() if is_running(_identity_of(noted))]
        for noted in left:
            end_process(_identity_of(noted), signal.SIGTERM, patience_seconds)
        self._place.unlink(missing_ok=True)
        return [noted.name for noted in left]

    def _read(self) -> list[_Noted]:
        try:
            page = msgspec.json.decode(self._place.read_bytes(), type=_Page)
        except (FileNotFoundError, msgspec.DecodeError):
            return []
        # Start times count from the boot: after another boot they name other processes.
        return page.children if page.boot_id == _read_boot_id() else []

    def _write(self) -> None:
        page = _Page(_read_boot_id(), list(self._children.values()))
        unfinished = self._place.with_name(f"{self._place.name}.new")
        unfinished.write_bytes(msgspec.json.encode(page))
        unfinished.replace(self._place)


def _identity_of(noted: _Noted) -> ProcessIdentity:
    return ProcessIdentity(noted.pid, noted.start_ticks)


def _read_boot_id() -> str:
    return _BOOT_ID.read_text(encoding="ascii").strip()
