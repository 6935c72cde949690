"""One file of a migration: how it says it runs, and its statements.

The first line may be one of

    -- Runs: concurrently      each statement by itself, outside a transaction: indexes
    -- Runs: in batches        one statement, again and again until it changes no row

and without one of them the whole file is one transaction.
"""

from __future__ import annotations

import hashlib
import re
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

_DIRECTIVE: Final = re.compile(r"\A-- Runs: ([a-z ]+)\n")
# What a statement is cut at, or what must not be looked into.
_TOKENS: Final = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(\$\w*\$).*?\1|;", re.DOTALL
)
_INDEX: Final = re.compile(
    r"create\s+(?P<unique>unique\s+)?index\s+concurrently\s+(?P<name>\w+)\s+on\s+(?P<table>\w+)\s+"
    r"(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_DROP: Final = re.compile(r"drop\s+index\s+concurrently\s+if\s+exists\s+\w+", re.IGNORECASE)


class Way(Enum):
    """How a file runs."""

    ONE_TRANSACTION = "in one transaction"
    CONCURRENTLY = "concurrently"
    IN_BATCHES = "in batches"


class MigrationFile(NamedTuple):
    """What stands in it. `statements` are without comments and semicolons."""

    name: str
    text: str
    sha256: str
    way: Way
    statements: tuple[str, ...]


class Index(NamedTuple):
    """`create [unique] index concurrently name on table rest`."""

    unique: str
    name: str
    table: str
    rest: str


def read_migration(path: Path) -> MigrationFile:
    """Raises ValueError where the file asks for a way that there is not, or breaks its rules."""
    content = path.read_bytes()
    text = content.decode()
    statements = tuple(split_statements(text))
    try:
        way = _read_way(text)
        if way is Way.IN_BATCHES and len(statements) != 1:
            raise ValueError("batches are of one statement")
        for statement in statements if way is Way.CONCURRENTLY else ():
            if not _DROP.fullmatch(statement):
                parse_index(statement)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
    return MigrationFile(path.name, text, hashlib.sha256(content).hexdigest(), way, statements)


def _read_way(text: str) -> Way:
    found = _DIRECTIVE.match(text)
    return Way(found[1].strip()) if found else Way.ONE_TRANSACTION


def parse_index(statement: str) -> Index:
    """Raises ValueError where it is another kind of statement."""
    found = _INDEX.fullmatch(statement)
    if found is None:
        raise ValueError(f"only indexes are made and dropped concurrently, not: {statement[:60]}")
    return Index(found["unique"] or "", found["name"], found["table"], found["rest"])


def split_statements(text: str) -> list[str]:
    """Without comments and semicolons, and with their strings and bodies as they are."""
    statements, current, at = [], "", 0
    for token in _TOKENS.finditer(text):
        current += text[at : token.start()]
        at = token.end()
        if token[0] == ";":
            statements.append(current)
            current = ""
        elif not token[0].startswith(("--", "/*")):
            current += token[0]
    statements.append(current + text[at:])
    return [statement.strip() for statement in statements if statement.strip()]
