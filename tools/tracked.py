"""The files that belong to the repository: those git tracks, and new ones it does not ignore."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def list_files(*patterns: str) -> list[Path]:
    """Existing files below ROOT that match any of the git pathspecs (all when none is given)."""
    answer = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    names = answer.stdout.decode().split("\0")
    return sorted(place for name in names if name and (place := ROOT / name).is_file())


def told(place: Path) -> str:
    """How a message names a file: by its path in the repository."""
    return str(place.relative_to(ROOT))
