"""Where the server's unix socket lies: beside the data, or elsewhere when that path is too long."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from halfminute.kit.embedded_postgres.errors import DirectoryUnreachable
from halfminute.kit.processes.tied import Credentials

_LONGEST_PATH_BYTES = 107  # sun_path without its closing zero, unix(7)


def choose_socket_directory(directory: Path) -> Path:
    """A directory for the socket whose whole path the kernel, the server and drivers accept."""
    near = directory / "socket"
    if _fits(near):
        return near
    name = f"halfminute-{hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]}"
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
    if os.geteuid() != 0 and runtime.is_dir() and _fits(runtime / name):
        return runtime / name
    temporary = Path(tempfile.gettempdir()) / name
    return temporary if _fits(temporary) else Path("/tmp") / name  # noqa: S108  # checked when made


def make_socket_directory(place: Path, account: Credentials | None) -> None:
    """Make `place` for the database's account alone. Raises DirectoryUnreachable.

    In a directory that everybody may write, somebody else may have made it first: then we refuse.
    """
    owner = account.uid if account else os.geteuid()
    try:
        place.mkdir(mode=0o700)
    except FileExistsError:
        found = place.lstat()
        if place.is_symlink() or not place.is_dir() or found.st_uid not in {owner, os.geteuid()}:
            raise DirectoryUnreachable(
                f"{place} is needed for the database's socket but belongs to somebody else: "
                "remove it, or choose a shorter --data directory."
            ) from None
    if account is not None:
        os.chown(place, account.uid, account.gid, follow_symlinks=False)
    place.chmod(0o700)


def _fits(directory: Path) -> bool:
    # Drivers and the server read the directory as one of a list: a comma or a quote would break it.
    is_plain = not set(str(directory)) & set(",\"'\\")
    return is_plain and len(os.fsencode(directory / ".s.PGSQL.65535")) <= _LONGEST_PATH_BYTES
