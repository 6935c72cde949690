"""Refuses what must not be committed: the paths of one machine, and the hosts of registries."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.tracked import list_files, told

# Written with brackets so that this file passes its own check.
_FORBIDDEN = {
    "a path of one machine": re.compile(
        r"(?<![\w.])/(?:work/(?:main|shared)|root/|home/\w|opt/pyp[i]|opt/wheel[s]|tmp/brie[f])"
    ),
    "the host of a package registry": re.compile(
        r"//[\w.-]*(?:registr[y]\.|pyp[i]\.org|pythonhoste[d]\.|debia[n]\.org/debian)",
        re.IGNORECASE,
    ),
    "a secret": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KE[Y]-----"),
}


def find_breaches(text: str) -> Iterator[tuple[int, str]]:
    """Line number and fault of each line that must not be committed."""
    for number, line in enumerate(text.splitlines(), start=1):
        for fault, pattern in _FORBIDDEN.items():
            if pattern.search(line):
                yield number, fault


def _read_text(place: Path) -> str:
    raw = place.read_bytes()
    return "" if b"\0" in raw else raw.decode(errors="replace")


def main() -> int:
    """Print each breach; 1 when there is one."""
    breaches = [
        f"{told(place)}:{number}: {fault}"
        for place in list_files()
        for number, fault in find_breaches(_read_text(place))
    ]
    print(*breaches, sep="\n", end="\n" if breaches else "")
    print(f"Words: {len(breaches)} refused.")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
