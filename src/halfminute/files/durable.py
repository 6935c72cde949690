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
    sync_folder(folder.parent)


def write_file(root: Path, key: str, content: bytes) -> None:
    """Write `key`, one folder below `root`. Blocks for the disk; raises OSError."""
    target = root / key
    target.parent.mkdir(exist_ok=True)
    half_written = target.with_name(f".{target.name}")
    try:
        # Over what a killed process may have left of it.
        with half_written.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half_written.replace(target)
    except BaseException:
        half_written.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    # Another writer may have made the shared folder and not have got so far yet.
    sync_folder(root)


def sync_folder(folder: Path) -> None:
    """Have the names in it on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
