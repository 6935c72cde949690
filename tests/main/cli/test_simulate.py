"""`halfminute simulate`: figures for people and for programs, and one line where it goes wrong."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from halfminute.main.cli import main

SCENARIO = """\
title = "A shop"
[time]
hours = 12
[[queue]]
name = "line"
[[class]]
name = "call"
queue = "line"
handle = { mean_seconds = 120, cv = 0.5 }
patience = { mean_seconds = 180 }
[[arrivals]]
per_hour = 100
[staffing]
abandon_ratio = 0.05
"""

NAMES = {
    "conversations",
    "asa_seconds",
    "mean_wait_seconds",
    "abandon_ratio",
    "service_level",
    "solved_within_180_ratio",
    "agent_hours",
    "floor_agent_hours",
    "agent_hours_above_floor_ratio",
    "occupancy",
    "command_hash",
    "wall_seconds",
    "conversations_per_second",
}


@pytest.fixture
def shop(tmp_path: Path) -> str:
    (tmp_path / "shop.toml").write_text(SCENARIO, encoding="utf-8")
    return str(tmp_path / "shop.toml")


def test_json_is_one_object_with_every_figure(shop: str) -> None:
    answer = CliRunner().invoke(main, ["simulate", shop, "--json", "--seed", "7"])
    assert answer.exit_code == 0
    figures = json.loads(answer.output)
    assert set(figures) >= NAMES
    assert figures["seed"] == 7
    assert figures["conversations"] == pytest.approx(1_200, rel=0.15)


def test_the_same_seed_decides_the_same(shop: str) -> None:
    hashes = [
        json.loads(CliRunner().invoke(main, ["simulate", shop, "--json", *seed]).output)[
            "command_hash"
        ]
        for seed in ([], ["--seed", "1"], ["--seed", "2"])
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_people_are_told_a_table_and_get_a_page(shop: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    answer = CliRunner().invoke(main, ["simulate", shop, "--html", str(page)])
    assert answer.exit_code == 0
    for word in ("A shop", "mean wait", "abandoned", "solved within 180 s", "physical floor"):
        assert word in answer.output
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_list_names_what_we_ship() -> None:
    answer = CliRunner().invoke(main, ["simulate", "--list"])
    assert answer.exit_code == 0
    assert "operator-month\n" in answer.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--list"),
        (["operator-year"], "--list"),
        (["./no.toml"], "no.toml"),
        (["outage", "--html", "/nowhere/report.html"], "/nowhere"),
    ],
)
def test_what_goes_wrong_is_one_line(arguments: list[str], told: str) -> None:
    answer = CliRunner().invoke(main, ["simulate", *arguments])
    assert answer.exit_code == 1
    assert answer.output.count("\n") == 1
    assert told in answer.output


def test_a_bad_scenario_is_one_line_with_its_place(shop: str) -> None:
    Path(shop).write_text(SCENARIO.replace('"line"\nhandle', '"lane"\nhandle'), encoding="utf-8")
    answer = CliRunner().invoke(main, ["simulate", shop])
    assert answer.exit_code == 1
    assert answer.output.count("\n") == 1
    assert "line 8: class[0].queue" in answer.output


def test_an_interrupt_ends_it_with_one_line(shop: str) -> None:
    """A hundred days take long enough to be in the midst of it when the alarm comes."""
    Path(shop).write_text(SCENARIO.replace("hours = 12", "days = 100"), encoding="utf-8")
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        answer = CliRunner().invoke(main, ["simulate", shop])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert answer.exit_code == 130
    assert answer.output.strip() == "Interrupted."
