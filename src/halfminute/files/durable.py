"""Writes files so that they outlive a power cut: bytes first, then the name, then its folders.

A rename is atomic but neither it nor the bytes are on the disk before an fsync of the file and of
the folder that names it (fsync(2), rename(2)).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import BinaryIO, Final

_COPY_BYTES: Final = 1024 * 1024


def make_folder(folder: Path) -> None:
    """Have the folder, below one that is there; its name is on the disk when this returns."""
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def write_file(root: Path, key: str, content: bytes | BinaryIO) -> None:
    """Write `key`, one folder below `root`; a file from its beginning on.

    Blocks for the disk; raises OSError.
    """
    target = root / key
    target.parent.mkdir(exist_ok=True)
    half_written = target.with_name(f".{target.name}")
    try:
        # Over what a killed process may have left of it.
        with half_written.open("wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                content.seek(0)
                shutil.copyfileobj(content, file, _COPY_BYTES)
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
