"""The pages for administrators lead somewhere, and name what the program has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from prometheus_client.metrics import MetricWrapperBase

from halfminute.kit import metrics

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "deploy").rglob("*.md"),
        *(ROOT / "src").rglob("*.md"),
    ]
)


def told(place: Path) -> str:
    return str(place.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=told)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {page for page in pages if page not in index} == set()


def test_operations_names_every_figure_and_no_other() -> None:
    figures = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
    present = {family.name for figure in figures for family in figure.describe()}
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(halfminute_[a-z_]+)", page))
    assert {name.removesuffix("_total") for name in named} == present


def test_operations_names_only_lines_that_are_logged() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page.partition("| line | means |")[2].partition("##")[0]
    rows = [row.split("|")[1] for row in section.splitlines()[2:] if row.startswith("|")]
    lines = {line for row in rows for line in re.findall(r"`([a-z_]+)`", row)}
    source = "\n".join(place.read_text(encoding="utf-8") for place in (ROOT / "src").rglob("*.py"))
    assert lines
    assert {line for line in lines if f'"{line}"' not in source} == set()
