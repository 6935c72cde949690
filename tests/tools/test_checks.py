"""The checks of `make check` see what they are there to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_sizes import FILE_LIMIT, FUNCTION_LIMIT, measure_file
from tools.check_sql import Statement, find_faults, find_stray_sql
from tools.check_words import find_breaches
from tools.node import is_new_enough
from tools.web import digest, list_sources
from tools.web_types import find_fault


def test_a_long_function_and_a_long_file_are_seen(tmp_path: Path) -> None:
    place = tmp_path / "long.py"
    place.write_text("def long():\n" + "    pass\n" * FILE_LIMIT, encoding="utf-8")

    file, function = measure_file(place, "long.py")

    assert file.lines > file.limit
    assert function.name == "long.py:1 long"
    assert function.lines > function.limit == FUNCTION_LIMIT


@pytest.mark.parametrize(
    "line",
    [
        "see /wor" + "k/main/src",
        "https://pyp" + "i.org/simple",
        "https://registr" + "y.npmjs.org/left-pad",
        "--find-links /opt/wheel" + "s",
        "-----BEGIN PRIVATE KE" + "Y-----",
    ],
)
def test_a_forbidden_word_is_seen(line: str) -> None:
    assert [number for number, _ in find_breaches(f"fine\n{line}\n")] == [2]


@pytest.mark.parametrize("line", ["docs/work/main.md", "/var/lib/halfminute", "a debian package"])
def test_an_ordinary_word_passes(line: str) -> None:
    assert list(find_breaches(line)) == []


@pytest.mark.parametrize(
    "sql",
    [
        "select id from agents",
        "insert into agents (id) values ($1)",
        "update agents set name = $1",
        "\\n  delete from agents",
        "with a as (select 1) select 2",
    ],
)
def test_sql_outside_tables_is_seen(sql: str) -> None:
    assert list(find_stray_sql(f'"""Prose."""\n\nRUN = "{sql}"\n')) == [3]


def test_prose_is_not_sql() -> None:
    text = '"""Select one from the list."""\nMESSAGE = "update the page, then insert coins"\n'

    assert list(find_stray_sql(text)) == []


async def test_a_statement_that_does_not_fit_the_schema_is_a_fault(database_url: str) -> None:
    good = Statement("tables", "GOOD", "select name from schema_migrations where name = $1")
    bad = Statement("tables", "BAD", "select nickname from schema_migrations")

    faults = await find_faults(database_url, [good, bad])

    assert len(faults) == 1
    assert "BAD" in faults[0]
    assert "nickname" in faults[0]


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [
        ("v20.19.0\n", True),
        ("v24.1.0\n", True),
        ("v20.18.9\n", False),
        ("v18.20.1\n", False),
        ("", False),
    ],
)
def test_an_old_node_is_passed_over(version: str, *, is_enough: bool) -> None:
    assert is_new_enough(version) is is_enough


def test_a_build_is_due_when_a_source_changes_and_not_when_its_output_does(tmp_path: Path) -> None:
    source = tmp_path / "src" / "app.ts"
    source.parent.mkdir()
    source.write_text("1", encoding="utf-8")
    before = digest(list_sources(tmp_path), tmp_path)

    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "app.js").write_text("built", encoding="utf-8")
    after_build = digest(list_sources(tmp_path), tmp_path)
    source.write_text("2", encoding="utf-8")

    assert after_build == before
    assert digest(list_sources(tmp_path), tmp_path) != before


def test_old_types_name_the_verb_that_makes_them_new() -> None:
    assert find_fault("a", "a") is None
    assert find_fault("a", "b") == (
        "web/packages/api/src/server.generated.ts is not what the server's description says: "
        "run `make types`."
    )
