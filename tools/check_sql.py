"""Has a freshly migrated PostgreSQL prepare every SQL constant, and keeps SQL in `tables` alone."""

from __future__ import annotations

import ast
import asyncio
import importlib
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import asyncpg

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.migrations import migrate
from tools.tracked import ROOT, list_files, told

_STATEMENT = re.compile(
    r"\s*(?:select\s.+\sfrom\s|insert\s+into\s|update\s+[\w.]+\s(?:\w+\s)?set\s|delete\s+from\s"
    r"|with\s+(?:recursive\s+)?\w+\s+as\s+(?:materialized\s+)?\()",
    re.IGNORECASE | re.DOTALL,
)
# Technique, not a feature: it has tables of its own where it needs them.
_EXEMPT = ("kit",)


class Statement(NamedTuple):
    """A named SQL constant of a `tables` module."""

    module: str
    name: str
    sql: str


def list_statements(source: Path) -> list[Statement]:
    """Every public UPPER_CASE text constant of the `tables` modules below `source`."""
    modules = [_module_name(place, source) for place in _list_tables(source)]
    return [statement for module in modules for statement in _statements_of(module)]


def find_stray_sql(text: str) -> Iterator[int]:
    """Lines of Python text where a string that is SQL begins; docstrings are prose."""
    tree = ast.parse(text)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) not in prose and _STATEMENT.match(node.value):
            yield node.lineno


async def find_faults(dsn: str, statements: list[Statement]) -> list[str]:
    """What the server says of each statement that it cannot prepare."""
    connection = await asyncpg.connect(dsn)
    faults = []
    try:
        for statement in statements:
            try:
                await connection.prepare(statement.sql)
            except asyncpg.PostgresError as error:
                faults.append(f"{statement.module}.{statement.name}: {error}")
    finally:
        await connection.close()
    return faults


def _list_tables(source: Path) -> list[Path]:
    return sorted({*source.rglob("tables.py"), *source.rglob("tables/*.py")})


def _module_name(place: Path, source: Path) -> str:
    parts = place.relative_to(source.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _statements_of(module: str) -> Iterator[Statement]:
    for name, value in vars(importlib.import_module(module)).items():
        if name.isupper() and not name.startswith("_") and isinstance(value, str):
            yield Statement(module, name, value)


def _list_stray(source: Path) -> Iterator[str]:
    for place in list_files("src/halfminute/*.py"):
        parts = place.relative_to(source).with_suffix("").parts
        if parts[0] not in _EXEMPT and "tables" not in parts:
            for number in find_stray_sql(place.read_text(encoding="utf-8")):
                yield f"{told(place)}:{number}: SQL stands in the feature's `tables` alone"


def _check_prepared(statements: list[Statement]) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="hm-") as name:
        directory = Path(name)
        # As root the server has an account of its own, which must pass through here.
        directory.chmod(0o755)
        settings = EmbeddedSettings(directory=directory / "server", is_durable=False)
        with EmbeddedPostgres(settings) as server:
            asyncio.run(migrate(server.dsn))
            return asyncio.run(find_faults(server.dsn, statements))


def main() -> int:
    """Print each fault; 1 when there is one."""
    source = ROOT / "src" / "halfminute"
    statements = list_statements(source)
    faults = [*_list_stray(source), *_check_prepared(statements)]
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"SQL: {len(statements)} statements prepared, {len(faults)} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
