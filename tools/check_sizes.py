"""Keeps files and functions small: large ones are refused, those above our aim are listed."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.tracked import list_files, told

FILE_AIM, FILE_LIMIT = 400, 600
FUNCTION_AIM, FUNCTION_LIMIT = 40, 80


class Size(NamedTuple):
    """How many lines a thing has, and what it may have."""

    name: str
    lines: int
    aim: int
    limit: int


def measure_file(place: Path, name: str) -> Iterator[Size]:
    """The size of a source file and, for Python, of each function in it."""
    text = place.read_text(encoding="utf-8")
    yield Size(name, len(text.splitlines()), FILE_AIM, FILE_LIMIT)
    if place.suffix == ".py":
        yield from _measure_functions(ast.parse(text), name)


def _measure_functions(tree: ast.Module, name: str) -> Iterator[Size]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Size(f"{name}:{node.lineno} {node.name}", lines, FUNCTION_AIM, FUNCTION_LIMIT)


def main() -> int:
    """Print what is above its aim; 1 when anything is above its limit."""
    places = list_files("*.py", "web/*.ts", "web/*.svelte", "web/*.css")
    generated = {place for place in places if ".generated." in place.name}
    sizes = [
        size
        for place in places
        if place not in generated
        for size in measure_file(place, told(place))
    ]
    large = sorted((size for size in sizes if size.lines > size.aim), key=lambda size: -size.lines)
    for size in large:
        word = "REFUSED" if size.lines > size.limit else "large"
        print(f"{word}: {size.name}: {size.lines} lines (aim {size.aim}, limit {size.limit})")
    refused = [size for size in large if size.lines > size.limit]
    print(f"Sizes: {len(sizes)} measured, {len(large)} above our aim, {len(refused)} refused.")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
