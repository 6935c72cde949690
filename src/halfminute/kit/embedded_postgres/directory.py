"""Makes the directory that everything of an installation lies in."""

from __future__ import annotations

import os
from pathlib import Path

from halfminute.kit.embedded_postgres.errors import DirectoryUnreachable


def make_directory(directory: Path) -> None:
    """Make what is missing; what exists keeps its mode. Raises DirectoryUnreachable."""
    # Root's database has an account of its own, which must be able to pass through.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        for place in (*reversed(directory.parents), directory):
            if not place.exists():
                place.mkdir(exist_ok=True)
                place.chmod(mode)
    except OSError as error:
        raise DirectoryUnreachable(
            f"{directory} cannot be made: {error.strerror}. Choose another --data directory."
        ) from error
    if not os.access(directory, os.W_OK | os.X_OK):
        raise DirectoryUnreachable(
            f"{directory} may not be written by this account. Choose another --data directory."
        )
