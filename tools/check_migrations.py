"""Refuses in migrations what the version that runs meanwhile would wait for, or break by.

What each form of ALTER TABLE locks and rewrites is told in PostgreSQL's manual, "ALTER TABLE",
"Notes". A table that the same file makes is nobody's yet, so anything may be done to it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from halfminute.kit.migration_files import MigrationFile, Way, read_migration
from tools.tracked import ROOT

# Those before it were applied when there was nothing yet that could wait.
FIRST_CHECKED: Final = 25
# A later release may take away what an earlier one has stopped using, and says since when.
_CONTRACTS: Final = re.compile(r"^-- Contracts: .*\bsince (\d{4})\b", re.MULTILINE)
_MADE: Final = re.compile(
    r"create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?(\w+)", re.IGNORECASE
)
_ALTERED: Final = re.compile(
    r"(?:alter\s+table|create\s+(?:unique\s+)?index.*?\son|update|delete\s+from|truncate(?:\s+table)?"
    r"|lock(?:\s+table)?)\s+(?:if\s+exists\s+)?(?:only\s+)?(\w+)",
    re.IGNORECASE | re.DOTALL,
)
# The same for all rows, so no row is written: now() is taken once.
_STEADY: Final = re.compile(r"\b(?:now|transaction_timestamp)\s*\(\s*\)", re.IGNORECASE)


class Rule(NamedTuple):
    """What is refused, and what to do instead."""

    pattern: re.Pattern[str]
    advice: str


def _rule(pattern: str, advice: str) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE | re.DOTALL), advice)


_RULES: Final = (
    _rule(
        r"\badd\s+(?:column\s+)?(?!constraint\b)\w+\s+[^,]*?\bdefault\s+[^,]*?\w+\s*\(",
        "a default that is computed for each row rewrites the table: add the column without it, "
        "set the default, and fill the rows in batches",
    ),
    _rule(
        r"\badd\s+(?:column\s+)?(?!constraint\b)\w+\s+(?:\w*serial\b|[^,]*\bgenerated\b)",
        "a generated column rewrites the table: fill a plain one in batches",
    ),
    _rule(
        r"\badd\s+(?:column\s+)?(?!constraint\b)\w+\s+(?![^,]*\bdefault\b)[^,]*\bnot\s+null\b",
        "rows that are there have no value for it: give it a default",
    ),
    _rule(
        r"\balter\s+(?:column\s+)?\w+\s+(?:set\s+data\s+)?type\b",
        "another type rewrites the table: add a column, fill it in batches, and read that one",
    ),
    _rule(
        r"\badd\s+constraint\s+\w+\s+(?:check|foreign)\b(?!.*\bnot\s+valid\b)",
        "it is compared with every row under a lock: add it `not valid`, and validate it in "
        "another file",
    ),
    _rule(
        r"\badd\s+(?:constraint\s+\w+\s+)?(?:unique|primary|exclude)\b(?!.*\busing\s+index\b)",
        "its index is built under a lock: make the index concurrently, and add it `using index`",
    ),
    _rule(
        r"\brename\b",
        "the version that runs asks by the old name: add the new one, and contract later",
    ),
    _rule(r"\b(?:vacuum\s+full|cluster)\b", "it locks the table while it is rewritten"),
)
_SET_NOT_NULL: Final = re.compile(
    r"\balter\s+(?:column\s+)?(\w+)\s+set\s+not\s+null\b", re.IGNORECASE
)
_VALIDATED: Final = re.compile(r"\bvalidate\s+constraint\s+(\w+)", re.IGNORECASE)
_INDEX: Final = re.compile(r"\s*create\s+(?:unique\s+)?index\b(?!\s+concurrently)", re.IGNORECASE)
_WHOLE_TABLE: Final = re.compile(r"\s*(?:update|delete\s+from|truncate|lock)\b", re.IGNORECASE)
_TAKEN_AWAY: Final = re.compile(
    r"\bdrop\s+(?:column|table)\b|\bdrop\s+(?!constraint|default)\w+\s*$", re.IGNORECASE
)


def find_faults(files: list[MigrationFile]) -> Iterator[str]:
    """What is wrong with the files from FIRST_CHECKED on; all are given, in their order."""
    earlier = ""
    for file in files:
        if _number(file) >= FIRST_CHECKED:
            for statement, advice in _find_in_file(file, earlier):
                yield f"migrations/{file.name}: `{_shortened(statement)}`: {advice}"
        earlier += file.text


def _find_in_file(file: MigrationFile, earlier: str) -> Iterator[tuple[str, str]]:
    made = {name.lower() for name in _MADE.findall(file.text)}
    for statement in file.statements:
        table = _ALTERED.match(statement)
        if table is None or table[1].lower() not in made:
            for advice in _find_in_statement(file, statement, earlier):
                yield statement, advice


def _find_in_statement(file: MigrationFile, statement: str, earlier: str) -> Iterator[str]:
    if re.match(r"alter\s+table|cluster|vacuum", statement, re.IGNORECASE):
        steady = _STEADY.sub("current_timestamp", statement)
        yield from (rule.advice for rule in _RULES if rule.pattern.search(steady))
    for column in _SET_NOT_NULL.findall(statement):
        if not _is_known_not_null(column, earlier):
            yield (
                "it reads every row under a lock: first a check that it is not null, `not valid`, "
                "and its validation in an earlier file"
            )
    if _INDEX.match(statement) and file.way is not Way.CONCURRENTLY:
        yield "nobody can write meanwhile: `create index concurrently`, with -- Runs: concurrently"
    if _WHOLE_TABLE.match(statement):
        is_batch = file.way is Way.IN_BATCHES and re.search(r"\blimit\b", statement, re.IGNORECASE)
        if not is_batch:
            yield "it may hold many rows: with -- Runs: in batches, and a limit"
    if re.match(r"(?:alter|drop)\s+table", statement, re.IGNORECASE):
        since = _CONTRACTS.search(file.text)
        if _TAKEN_AWAY.search(statement) and (since is None or int(since[1]) >= _number(file)):
            yield "the version that runs may use it: say `-- Contracts: unused since 00NN` when not"


def _is_known_not_null(column: str, earlier: str) -> bool:
    check = rf"add\s+constraint\s+(\w+)\s+check\s*\(\s*{column}\s+is\s+not\s+null\s*\)"
    added = set(re.findall(check, earlier, re.IGNORECASE))
    return bool(added & set(_VALIDATED.findall(earlier)))


def _number(file: MigrationFile) -> int:
    return int(file.name.partition("_")[0])


def _shortened(statement: str) -> str:
    return " ".join(statement.split())[:70]


def main() -> int:
    """Print each fault; 1 when there is one."""
    files = [read_migration(path) for path in _list_files()]
    faults = list(find_faults(files))
    print(*faults, sep="\n", end="\n" if faults else "")
    checked = sum(_number(file) >= FIRST_CHECKED for file in files)
    print(f"Migrations: {len(files)} files, {checked} of them checked, {len(faults)} faults.")
    return 1 if faults else 0


def _list_files() -> list[Path]:
    return sorted((ROOT / "migrations").glob("[0-9]*.sql"))


if __name__ == "__main__":
    sys.exit(main())
