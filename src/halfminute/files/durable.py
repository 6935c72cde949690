"""Writes files so that they outlive a power cut: bytes first, then the name, then its folders.

A rename is atomic but neither it nor the bytes are on the disk before an fsync of the file and of
the folder that names it (fsync(2), rename(2)).
"""

from __future__ import annotations

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Have the folder, below one that is there; its name is on the disk when this returns."""
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def write_file(root: Path, key: str, content: bytes) -> None:
    """Write `key`, one folder below `root`. Blocks for the disk; raises OSError."""
    target = root / key
    target.parent.mkdir(exist_ok=True)
    half_written = target.with_name(f".{target.name}")
    try:
        with half_written.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half_written.replace(target)
    except BaseException:
        half_written.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    # Another writer may have made the shared folder and not have got so far yet.
    _sync_folder(root)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
