"""The file that a backup is written to: under its own name only when it is whole."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from halfminute.files.durable import sync_folder
from halfminute.main.backup.errors import TargetTaken


@contextmanager
def open_target(target: Path) -> Iterator[BinaryIO]:
    """An empty file beside `target`, named so at the end of the block, or removed when it raises.

    What a killed process left is written over by the next backup of that name. Raises TargetTaken,
    OSError.
    """
    _require_free(target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    # It holds what customers wrote, and may hold the key.
    descriptor = os.open(unfinished, os.O_CREAT | os.O_RDWR, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        _lock(file, unfinished)
        try:
            file.truncate(0)
            yield file
            _require_free(target)
            unfinished.rename(target)
            sync_folder(target.parent)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


def _require_free(target: Path) -> None:
    if not target.parent.is_dir():
        raise TargetTaken(f"There is no folder {target.parent}: make it, or choose another place.")
    if target.exists():
        raise TargetTaken(f"{target} is there already: choose another name, or remove it.")


def _lock(file: BinaryIO, unfinished: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise TargetTaken(
            f"Another backup is writing {unfinished}: wait for it, or choose another name."
        ) from None
