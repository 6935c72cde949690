"""What a run has shown, in words and as a page that stands by itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from halfminute.workforce.charts import Chart, Series
from halfminute.workforce.figures import Figures, figures_of
from halfminute.workforce.report_page import page_of, write_page
from halfminute.workforce.running import Run, run_scenario
from halfminute.workforce.told import describe_promise
from halfminute_engine.simulation.document import Targets, read_scenario

HANDLE = {"mean_seconds": 120, "cv": 0.5}


def run_of(handle: Any = HANDLE, agents: int = 6, name: str = "shop") -> Run:
    planned = read_scenario(
        {
            "title": "A shop <&> its calls",
            "time": {"hours": 20},
            "queue": [{"name": "line"}],
            "class": [
                {
                    "name": "<call>",
                    "queue": "line",
                    "handle": handle,
                    "patience": {"mean_seconds": 90},
                }
            ],
            "arrivals": [{"per_hour": 120}],
            "agents": [{"name": "anna", "queues": ["line"], "count": agents}],
        }
    )
    return run_scenario(name, planned, seed=3)


@pytest.fixture(scope="module")
def run() -> Run:
    return run_of()


@pytest.fixture(scope="module")
def figures(run: Run) -> Figures:
    return figures_of(run)


class Elements(HTMLParser):
    """Names of elements, those that are open, and every address that an attribute names."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read_page(page: str) -> Elements:
    elements = Elements()
    elements.feed(page)
    assert elements.open == []
    return elements


def test_the_figures_belong_together(figures: Figures) -> None:
    assert figures["conversations"] == pytest.approx(2_400, rel=0.1)
    assert figures["answered"] + figures["abandoned"] <= figures["conversations"]
    assert figures["floor_agent_hours"] == pytest.approx(figures["conversations"] * 120 / 3_600)
    assert figures["agent_hours"] == 120
    above = figures["agent_hours_above_floor_ratio"]
    assert (1 + above) * figures["floor_agent_hours"] == pytest.approx(120)
    assert 0 < figures["solved_within_180_ratio"] < figures["handled_within_180_ratio"]
    assert figures["handled_within_180_ratio"] == pytest.approx(0.863, abs=5e-4)
    low, high = figures["mean_wait_interval"]
    assert low < figures["mean_wait_seconds"] < high


def test_the_page_needs_nothing_else(run: Run, figures: Figures) -> None:
    page = page_of(run, figures)
    elements = read_page(page)
    assert elements.addresses == []
    assert not {"script", "link", "img", "iframe"} & set(elements.names)
    assert not re.search(r"url\(|@import|https?:", page)
    assert elements.names.count("svg") == 5


def test_the_page_tells_the_four_promises_together(run: Run, figures: Figures) -> None:
    text = read_page(page_of(run, figures)).text
    for name in ("Mean wait", "Abandoned", "Answered within 20 s", "Solved within 180 s"):
        assert name in text
    assert "86.31\u00a0%" in text
    assert "physical floor" in text
    assert figures["command_hash"] in text


def test_names_cannot_break_the_page(run: Run, figures: Figures) -> None:
    elements = read_page(page_of(run, figures))
    assert "A shop <&> its calls" in elements.text
    assert "<call>" in elements.text
    assert "call" not in elements.names


def test_the_page_is_written_over_an_old_one(tmp_path: Path, run: Run, figures: Figures) -> None:
    place = tmp_path / "report.html"
    place.write_text("old", encoding="utf-8")
    write_page(place, run, figures)
    assert place.read_text(encoding="utf-8") == page_of(run, figures)


def test_a_promise_that_handle_time_forbids_is_told_so(run: Run, figures: Figures) -> None:
    told = describe_promise(figures, Targets())
    assert "Handle time alone makes that impossible: only 86.31 %" in told


def test_a_promise_that_more_agents_would_keep_is_told_so() -> None:
    few = run_of(handle={"mean_seconds": 60, "cv": 0.2}, agents=1)
    assert "which more agents can win back" in describe_promise(figures_of(few), Targets())


def test_a_promise_that_is_kept_is_told_so() -> None:
    many = run_of(handle={"mean_seconds": 60, "cv": 0.2}, agents=9)
    assert "is kept" in describe_promise(figures_of(many), Targets())


def test_a_chart_leaves_a_gap_where_there_is_nothing() -> None:
    drawn = Chart("Waits", "seconds", (Series("wait", [1.0, None, 3.0]),), 1.0).draw()
    (path,) = re.findall(r' d="([^"]+)"', drawn)
    assert path.count("M") == 2
    assert "L" not in path
    assert "wait: from 1 to 3 seconds" in drawn


@pytest.mark.parametrize("values", [[], [None], [0.0, 0.0]])
def test_a_chart_of_nothing_is_drawn(values: list[float | None]) -> None:
    assert "<svg" in Chart("Waits", "seconds", (Series("wait", values),), 1.0).draw()


def test_a_chart_has_every_value_within_it() -> None:
    drawn = Chart("Waits", "s", (Series("wait", [0.0, 731.0, 12.5]),), 0.5, 30.0, "target").draw()
    (path,) = re.findall(r' d="([^"]+)"', drawn)
    heights = [float(pair.split()[1]) for pair in re.split("[ML]", path)[1:]]
    assert min(heights) >= 10
    assert max(heights) == 146
    assert heights.index(min(heights)) == 1
