"""Builds, checks and tests the web: python -m tools.web build|check|test|format.

Programs are called by Node directly, never by `npm run`: npm's nested calls would look for an npm
on PATH, which the Node from PyPI does not have.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from subprocess import PIPE

from tools.node import Node, find_node
from tools.tracked import ROOT

WEB = ROOT / "web"
_INSTALLED = WEB / "node_modules" / ".halfminute-installed"
_BUILT = ".halfminute-built"
# What may be loaded together, in kB after gzip -9: others' sites carry it. A page with all that it
# names, a script with all that it imports at once; beside the page its longest words.
_BUDGETS = {"widget": ((("loader.js",), 4), (("panel.html", "assets/ru-*.js"), 25))}
_NAMED = re.compile(r"""assets/([\w.-]+)|(?:from|import)\s*["']\./([\w.-]+)["']""")
_UNSOURCED = {"node_modules", "dist", "test-results", ".svelte-kit"}


def digest(places: Iterable[Path], root: Path) -> str:
    """One hash of the names and contents of files."""
    total = hashlib.sha256()
    for place in sorted(places):
        total.update(str(place.relative_to(root)).encode() + b"\0")
        total.update(hashlib.sha256(place.read_bytes()).digest())
    return total.hexdigest()


def list_sources(root: Path) -> list[Path]:
    """Every file below `root` that is neither installed nor built."""
    found: list[Path] = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in _UNSOURCED]
        found += [Path(folder) / name for name in files]
    return found


def build() -> None:
    """Build every app whose sources changed since its last build into its dist/."""
    wanted = digest(list_sources(WEB), WEB)
    apps = [place for place in _list_apps() if _read(place / "dist" / _BUILT) != wanted]
    if not apps:
        return
    node = _install()
    for app in apps:
        print(f"Building {app.relative_to(ROOT)}")
        _run(node, "vite", "build", "--logLevel", "warn", place=app)
        _weigh(app)
        (app / "dist" / _BUILT).write_text(wanted, encoding="ascii")


def _weigh(app: Path) -> None:
    """Tell what a browser loads of an app that has a budget; too much fails the build."""
    dist = app / "dist"
    for names, kilobytes in _BUDGETS.get(app.name, ()):
        first = [place for name in names for place in dist.glob(name)]
        files = [place for each in first for place in _list_loaded(each, dist / "assets")]
        size = sum(len(gzip.compress(place.read_bytes(), 9)) for place in files)
        what = f"{app.name}: {' + '.join(names)}"
        told = f"{what} {size / 1024:.1f} of {kilobytes} kB (gzip, files: {len(files)})"
        print(told)
        if len(first) < len(names) or size > kilobytes * 1024:
            raise SystemExit(f"web: over its budget: {told}")


def _list_loaded(first: Path, assets: Path) -> list[Path]:
    """A file, and what it makes a browser load before anything is done; what comes later is not."""
    loaded = [first]
    for place in loaded:
        # Only a page names its assets; in a script such a name is for later.
        for named, imported in _NAMED.findall(place.read_text(encoding="utf-8")):
            wanted = assets / (imported or named)
            if (imported or place is first) and wanted not in loaded:
                loaded.append(wanted)
    return loaded


def check() -> None:
    """ESLint, and the types of every .ts and .svelte file."""
    node = _install()
    _run(node, "eslint", "--max-warnings", "0", ".")
    _run(node, "svelte-check", "--tsconfig", "./tsconfig.json", "--fail-on-warnings")


def test() -> None:
    """Vitest over the whole workspace."""
    _run(_install(), "vitest", "run")


def format_sources() -> None:
    """Let ESLint mend what it can."""
    _run(_install(), "eslint", "--fix", ".")


def call_program(package: str, *arguments: str, given: str) -> str:
    """What a package's command prints when it reads `given`; it is installed when it is missing."""
    node = _install()
    command = [*node.node, str(_find_program(package)), *arguments]
    answer = subprocess.run(
        command, check=False, cwd=WEB, input=given, stdout=PIPE, encoding="utf-8"
    )
    if answer.returncode != 0:
        raise SystemExit(f"web: `{package}` failed ({answer.returncode})")
    return answer.stdout


def _install() -> Node:
    """node_modules as package-lock.json tells; nothing is done when they are so already."""
    node = find_node()
    wanted = digest([WEB / "package-lock.json"], WEB)
    if _read(_INSTALLED) != wanted:
        print("Installing what web/package-lock.json names")
        command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        _call(command, WEB)
        _INSTALLED.write_text(wanted, encoding="ascii")
    return node


def _run(node: Node, package: str, *arguments: str, place: Path = WEB) -> None:
    _call([*node.node, str(_find_program(package)), *arguments], place)


def _find_program(package: str) -> Path:
    """The script behind the command of a package's own name, as its package.json tells."""
    home = WEB / "node_modules" / package
    told = json.loads((home / "package.json").read_text(encoding="utf-8"))["bin"]
    return home / (told if isinstance(told, str) else told[package])


def _call(command: list[str], place: Path) -> None:
    status = subprocess.run(command, check=False, cwd=place).returncode
    if status != 0:
        name = " ".join(Path(word).name for word in command[:4])
        raise SystemExit(f"web: `{name} ...` failed in {place.relative_to(ROOT)} ({status})")


def _list_apps() -> list[Path]:
    return sorted(place.parent for place in WEB.glob("apps/*/vite.config.ts"))


def _read(place: Path) -> str:
    return place.read_text(encoding="ascii") if place.exists() else ""


_VERBS: dict[str, Callable[[], None]] = {
    "build": build,
    "check": check,
    "test": test,
    "format": format_sources,
}


def main(arguments: list[str]) -> None:
    """Do one verb."""
    if len(arguments) != 1 or arguments[0] not in _VERBS:
        raise SystemExit(f"usage: python -m tools.web {'|'.join(_VERBS)}")
    _VERBS[arguments[0]]()


if __name__ == "__main__":
    main(sys.argv[1:])
