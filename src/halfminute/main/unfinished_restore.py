"""Knows a place into which a restore was begun and not finished: nothing may run on it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from halfminute.kit.errors import HalfminuteError

MARK_NAME: Final = "restore.unfinished"


class RestoreUnfinished(HalfminuteError):
    """A restore into this place was interrupted."""

    code = "restore_unfinished"


def has_unfinished_restore(directory: Path) -> bool:
    """Whether a restore into `directory` was begun and did not end."""
    return (directory / MARK_NAME).exists()


def require_no_unfinished_restore(directory: Path) -> None:
    """Raise RestoreUnfinished, naming the ways out."""
    if has_unfinished_restore(directory):
        raise RestoreUnfinished(
            f"A restore into {directory} was interrupted: run `halfminute restore` again, or "
            "choose another directory with --data."
        )
