"""Scenarios as files: each that we ship can be run, and a bad one is told by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from halfminute.workforce.errors import UnknownScenario, UnreadableScenario
from halfminute.workforce.scenario_files import find_line, list_scenarios, load_scenario, read_title

SMALL = """\
title = "A shop"

[time]
hours = 2

[[queue]]
name = "line"

[[class]]
name = "call"
queue = "line"
handle = 60

[[class]]
name = "complaint"
queue = "line"
handle = 300

[[arrivals]]
per_hour = 30

[[agents]]
name = "anna"
queues = ["line"]

  [[agents.shifts]]
  agents = 1
  start = "00:00"
  hours = 2
"""


def write(folder: Path, text: str, name: str = "mine.toml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_we_ship_what_a_planner_begins_with() -> None:
    names = set(list_scenarios())
    assert {"operator-month", "operator-week", "monday-peak", "outage"} <= names
    assert len({name for name in names if "-skill" in name}) == 9


@pytest.mark.parametrize("name", list_scenarios())
def test_each_that_we_ship_can_be_read(name: str) -> None:
    planned = load_scenario(name)
    assert (planned.title, planned.description) == read_title(name)
    assert planned.scenario.rosters


def test_the_month_has_three_and_a_half_million() -> None:
    scenario = load_scenario("operator-month").scenario
    (stream,) = scenario.streams
    half_hours = range(scenario.horizon_us // stream.interval_us)
    expected = sum(stream.rate_at(number * stream.interval_us) / 2 for number in half_hours)
    assert expected == pytest.approx(3_500_000, rel=0.001)
    assert len(scenario.classes) == 36


def test_a_file_of_a_planner_is_read(tmp_path: Path) -> None:
    assert load_scenario(write(tmp_path, SMALL)).title == "A shop"


def test_a_file_takes_over_what_it_is_based_on(tmp_path: Path) -> None:
    write(tmp_path, SMALL, "base.toml")
    path = write(tmp_path, 'based_on = "base.toml"\ntitle = "Mine"\n[time]\nhours = 1\n')
    planned = load_scenario(path)
    assert planned.title == "Mine"
    assert planned.scenario.horizon_us == 3_600_000_000
    assert len(planned.scenario.classes) == 2


def test_a_file_that_is_based_on_itself_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, 'based_on = "mine.toml"\n')
    with pytest.raises(UnreadableScenario, match="deep"):
        load_scenario(path)


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(UnknownScenario, match="--list"):
        load_scenario("operator-year")
    with pytest.raises(UnknownScenario, match=r"nowhere\.toml"):
        load_scenario("./nowhere.toml")


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, 'title = "A shop"\n[time\n')
    with pytest.raises(UnreadableScenario, match="line 2"):
        load_scenario(path)


def test_a_wrong_field_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL.replace("handle = 300", 'handle = "long"'))
    with pytest.raises(UnreadableScenario, match=r"line 17: class\[1\]\.handle"):
        load_scenario(path)


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("title", 1),
        ("time.hours", 4),
        ("time.minutes", 3),
        ("class[0].queue", 11),
        ("class[1].handle.mean_seconds", 17),
        ("agents[0].queues[0]", 24),
        ("agents[0].shifts[0].start", 28),
        ("agents[0].shifts[0].days", 26),
        ("staffing", None),
    ],
)
def test_a_field_is_found_in_its_table(field: str, line: int | None) -> None:
    assert find_line(SMALL, field) == line
