"""Runs the tests, and the few that failed once more by themselves.

Thousands of tests beside each other on two cores are a load of their own, and one browser that was
starved must not hide what the other thousands say. Only a run that went to its end is looked at
again, and only a handful of failures; whoever needed a second look is named. Elsewhere than in CI
(`make test`) a failure is a failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

GREATEST_COUNT: Final = 5
LAST_FAILED: Final = Path(".pytest_cache/v/cache/lastfailed")

# https://docs.pytest.org/en/stable/reference/exit-codes.html
_TESTS_FAILED: Final = 1

Run = Callable[[Sequence[str]], int]


def run_pytest(arguments: Sequence[str]) -> int:
    """The exit code of pytest with these arguments, in a process of its own."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def look(arguments: Sequence[str], root: Path, run: Run = run_pytest) -> int:
    """Run the tests in `root`; the exit code says how they ended after a second look."""
    code = run(arguments)
    if code != _TESTS_FAILED:
        return code
    failed = sorted(json.loads((root / LAST_FAILED).read_text(encoding="utf-8")))
    if len(failed) > GREATEST_COUNT:
        print(f"{len(failed)} tests failed: too many to be chance.", file=sys.stderr)
        return code
    code = run(["-n", "0", *failed])
    if code == 0:
        print("Unsteady, passed at the second look:", *failed, sep="\n  ", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(look(sys.argv[1:], Path.cwd()))
