"""Scenarios as TOML files: those that we ship, and those of a planner.

A file with `based_on = "name"` takes over what it does not say itself: a table key by key,
everything else as a whole.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from halfminute.workforce.errors import UnknownScenario, UnreadableScenario
from halfminute_engine.simulation.document import PlannedScenario, read_scenario
from halfminute_engine.simulation.errors import InvalidScenario

SUFFIX: Final = ".toml"
_BASED_ON: Final = "based_on"
_MOST_BASES: Final = 8

_HEADER: Final = re.compile(r"\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")


def list_scenarios() -> list[str]:
    """The names of those that we ship, in the order of the alphabet."""
    names = (entry.name for entry in _shipped().iterdir())
    return sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX))


def load_scenario(name: str) -> PlannedScenario:
    """The shipped scenario of this name, or the file at this path.

    Raises `UnknownScenario`, or `UnreadableScenario` with file, line and field.
    """
    place = _find(name, Path.cwd())
    text, document = _read(place)
    try:
        return read_scenario(_on_its_base(document, _folder_of(place)))
    except InvalidScenario as error:
        line = find_line(text, error.field)
        where = f"{place}, line {line}" if line else f"{place}"
        raise UnreadableScenario(f"{where}: {error}.", field=error.field) from error


def read_title(name: str) -> tuple[str, str]:
    """Title and description of a shipped scenario."""
    _, document = _read(_shipped() / f"{name}{SUFFIX}")
    return str(document.get("title", name)), str(document.get("description", ""))


def find_line(text: str, field: str) -> int | None:
    """The line that says this field, or that begins the table in which it is missing.

    None where the file does not have the table: it stands in what the file is based on.
    """
    parts = field.split(".")
    for length in range(len(parts), 0, -1):
        line = _find_exact(text.splitlines(), parts[: length - 1], parts[length - 1])
        if line is not None:
            return line
    return None


def _find_exact(lines: list[str], table: list[str], key: str) -> int | None:
    """The line of `key = ...` in this table, or of the header of the table `table.key`."""
    counts: dict[str, int] = {}
    current: list[str] = []
    said = re.compile(rf'\s*"?{re.escape(key.partition("[")[0])}"?\s*=')
    for number, line in enumerate(lines, start=1):
        header = _HEADER.match(line.strip())
        if header is not None:
            current = _numbered(header[1], line.strip().startswith("[["), counts)
            if current == [*table, key]:
                return number
        elif current == table and said.match(line):
            return number
    return None


def _numbered(header: str, is_list: bool, counts: dict[str, int]) -> list[str]:
    """The header as a path in which tables of lists have their number, like `agents[1].skills`."""
    names = [name.strip().strip('"') for name in header.split(".")]
    path: list[str] = []
    for name in names:
        path.append(name)
        joined = ".".join(path)
        if is_list and len(path) == len(names):
            counts[joined] = counts.get(joined, -1) + 1
        if joined in counts:
            path[-1] = f"{name}[{counts[joined]}]"
    return path


def _shipped() -> Traversable:
    return files("halfminute.workforce") / "scenarios"


def _folder_of(place: Traversable) -> Path:
    return place.parent if isinstance(place, Path) else Path.cwd()


def _find(name: str, folder: Path) -> Traversable:
    if name.endswith(SUFFIX) or "/" in name:
        place = folder / name
        if not place.is_file():
            raise UnknownScenario(f"There is no file {place}.")
        return place
    if name not in list_scenarios():
        raise UnknownScenario(
            f"There is no scenario {name}. `halfminute simulate --list` shows those that come with "
            f"Halfminute; one of your own is a path that ends in {SUFFIX}."
        )
    return _shipped() / f"{name}{SUFFIX}"


def _read(place: Traversable) -> tuple[str, dict[str, Any]]:
    try:
        text = place.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableScenario(f"{place} is no TOML: {error}.") from error


def _on_its_base(document: dict[str, Any], folder: Path) -> dict[str, Any]:
    for _ in range(_MOST_BASES):
        if _BASED_ON not in document:
            return document
        place = _find(str(document.pop(_BASED_ON)), folder)
        _, base = _read(place)
        document = _merged(base, document)
        folder = _folder_of(place)
    raise UnreadableScenario(f"`{_BASED_ON}` goes more than {_MOST_BASES} files deep.")


def _merged(base: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    merged = {**base, **document}
    for key, value in document.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merged[key] = {**base[key], **value}
    return merged
