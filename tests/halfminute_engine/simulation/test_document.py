"""A scenario as a planner writes it: read whole, or refused by the field that is wrong."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from halfminute_engine.routing.values import Requirement
from halfminute_engine.simulation.document import Targets, read_scenario
from halfminute_engine.simulation.errors import InvalidScenario
from halfminute_engine.simulation.scenario import HOUR_US, Period
from halfminute_engine.simulation.variates import NOTHING, Constant, Exponential, Lognormal, Never
from tests.halfminute_engine.simulation.centres import seconds

Document = dict[str, Any]

SMALL: Document = {
    "title": "A shop",
    "time": {"hours": 24},
    "queue": [{"name": "line"}],
    "class": [{"name": "call", "queue": "line", "handle": {"mean_seconds": 120, "cv": 0.5}}],
    "arrivals": [{"per_hour": 30}],
    "agents": [{"name": "anna", "queues": ["line"], "count": 2}],
}


def small(**changes: Any) -> Document:
    return {**deepcopy(SMALL), **changes}


def with_agents(**fields: Any) -> Document:
    return small(agents=[{"name": "anna", "queues": ["line"], **fields}])


def refused_field(document: Document) -> str:
    with pytest.raises(InvalidScenario) as refused:
        read_scenario(document)
    return refused.value.field


def test_a_small_scenario_is_read_with_its_defaults() -> None:
    planned = read_scenario(small())
    scenario = planned.scenario
    assert planned.title == planned.description == "A shop"
    assert planned.targets == Targets()
    assert scenario.horizon_us == 24 * HOUR_US
    assert scenario.interval_us == HOUR_US // 2
    assert scenario.queues[0].wrap_up == NOTHING
    assert scenario.classes[0].talk == Lognormal(seconds(120), 0.5)
    assert scenario.classes[0].patience == Never()
    assert scenario.streams[0].rate_at(0) == 30
    assert scenario.rosters[0].periods == ((Period(0, 24 * HOUR_US),),) * 2
    assert scenario.is_steady


def test_laws_are_written_in_four_ways() -> None:
    document = small(queue=[{"name": "line", "wrap_up": 15}])
    document["class"][0] |= {"handle": {"seconds": 20.5}, "patience": {"mean_seconds": 60}}
    scenario = read_scenario(document).scenario
    assert scenario.queues[0].wrap_up == Constant(seconds(15))
    assert scenario.classes[0].talk == Constant(seconds(20.5))
    assert scenario.classes[0].patience == Exponential(seconds(60))
    document["class"][0]["patience"] = "never"
    assert read_scenario(document).scenario.classes[0].patience == Never()


def test_every_language_by_every_topic_is_a_class_and_a_skill() -> None:
    document = small(
        classes={
            "queue": "line",
            "handle": 60,
            "languages": {"ru": 0.9, "en": 0.1},
            "topics": {"a": 3, "b": 1},
        }
    )
    del document["class"]
    scenario = read_scenario(document).scenario
    assert [item.name for item in scenario.classes] == ["ru/a", "ru/b", "en/a", "en/b"]
    assert scenario.classes[3].requirements == (Requirement("en/b", 1),)
    mix = dict(scenario.streams[0].mix)
    assert mix["ru/a"] / mix["en/b"] == pytest.approx(27)


def test_agents_are_trained_for_two_classes_and_now_and_then_for_three() -> None:
    document = small(
        classes={
            "queue": "line",
            "handle": 60,
            "languages": {"ru": 0.6, "en": 0.4},
            "topics": {"a": 3, "b": 1},
        },
        arrivals=[{"per_hour": 1_200}],
        staffing={"skills_per_agent": 2.25, "asa_seconds": 20},
    )
    del document["class"], document["agents"]
    rosters = read_scenario(document).scenario.rosters
    counts = [len(item.template.skills) for item in rosters for _ in item.periods]
    assert set(counts) == {2, 3}
    assert sum(counts) == int(2.25 * len(counts))


def test_a_day_of_the_shape_has_its_conversations_where_its_customers_wake() -> None:
    hourly = [0] * 24
    hourly[10] = 1
    arrivals = {
        "conversations": 240,
        "hourly": hourly,
        "time_zones": {"+0": 0.75, "+3": 0.25},
    }
    stream = read_scenario(small(arrivals=[arrivals])).scenario.streams[0]
    assert stream.rate_at(10 * HOUR_US) == pytest.approx(180)
    assert stream.rate_at(7 * HOUR_US) == pytest.approx(60)
    assert stream.rate_at(12 * HOUR_US) == 0


def test_the_first_day_has_its_weight() -> None:
    weights = {"mon": 2, "tue": 1, "wed": 1, "thu": 1, "fri": 1, "sat": 1, "sun": 1}
    arrivals = {"conversations_per_week": 192, "day_weights": weights}
    monday = read_scenario(small(arrivals=[arrivals])).scenario.streams[0]
    assert monday.rate_at(0) == pytest.approx(2)
    sunday = read_scenario(small(arrivals=[{**arrivals, "first_day": "sun"}])).scenario.streams[0]
    assert sunday.rate_at(0) == pytest.approx(1)
    assert sunday.rate_at(24 * HOUR_US) == pytest.approx(2)


def test_counts_repeat_every_day_and_end_with_the_run() -> None:
    rosters = read_scenario(with_agents(counts=[1, 2], counts_minutes=720)).scenario.rosters
    assert rosters[0].periods == (
        (Period(0, 24 * HOUR_US),),
        (Period(12 * HOUR_US, 24 * HOUR_US),),
    )


def test_a_shift_has_breaks_and_may_last_beyond_midnight() -> None:
    shift = {"agents": 2, "start": "22:00", "hours": 4, "breaks": [["23:30", 60]], "days": ["mon"]}
    document = with_agents(shifts=[shift])
    document["time"] = {"days": 2}
    (roster,) = read_scenario(document).scenario.rosters
    half = HOUR_US // 2
    assert (
        roster.periods
        == (
            (
                Period(44 * half, 47 * half),
                Period(47 * half, 49 * half, is_break=True),
                Period(49 * half, 52 * half),
            ),
        )
        * 2
    )


def test_breaks_are_taken_in_waves() -> None:
    shift = {"agents": 3, "start": "00:00", "hours": 8, "breaks": [["02:00", 30]], "break_waves": 2}
    (roster,) = read_scenario(with_agents(shifts=[shift])).scenario.rosters
    breaks = [period for periods in roster.periods for period in periods if period.is_break]
    assert [period.start_us / HOUR_US for period in breaks] == [2, 2.5, 2]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (small(title=""), "title"),
        (small(titel="x"), "titel"),
        (small(time={}), "time.days"),
        (small(time={"hours": "many"}), "time.hours"),
        (small(time={"hours": 4, "warm_up_hours": 0.1}), "time.warm_up_hours"),
        (small(queue=[{}]), "queue[0].name"),
        (small(queue="line"), "queue"),
        (small(arrivals=[]), "arrivals"),
        (small(arrivals=[{"per_hour": -1}]), "arrivals[0].per_hour"),
        (small(arrivals=[{"per_hour": 3, "mix": {"nobody": 1}}]), "arrivals[0].mix"),
        (small(arrivals=[{"conversations": 3, "hourly": [1, 2]}]), "arrivals[0].hourly"),
        (
            small(arrivals=[{"conversations": 3, "day_weights": {"mon": 1}}]),
            "arrivals[0].day_weights",
        ),
        (
            small(arrivals=[{"conversations": 3, "time_zones": {"Omsk": 1}}]),
            "arrivals[0].time_zones",
        ),
        (small(arrivals=[{"conversations": 3, "first_day": "Mo"}]), "arrivals[0].first_day"),
        (small(agents=[]), "agents"),
        (with_agents(), "agents[0].count"),
        (with_agents(count=1, counts=[1]), "agents[0].count"),
        (with_agents(count=0), "agents[0].count"),
        (with_agents(count=1.5), "agents[0].count"),
        (with_agents(counts=[0, 0]), "agents[0].counts"),
        (with_agents(count=1, skills={"en": 9}), "agents[0].skills.en"),
        (with_agents(count=1, capacity={"voice": 101}), "agents[0].capacity.voice"),
        (with_agents(count=1, no_answer_ratio=1.1), "agents[0].no_answer_ratio"),
        (with_agents(count=1, accept_delay="soon"), "agents[0].accept_delay"),
        (with_agents(count=1, accept_delay={"mean": 1}), "agents[0].accept_delay.mean_seconds"),
        (
            with_agents(shifts=[{"agents": 1, "start": "8", "hours": 8}]),
            "agents[0].shifts[0].start",
        ),
        (
            with_agents(
                shifts=[{"agents": 1, "start": "08:00", "hours": 4, "breaks": [["13:00", 15]]}]
            ),
            "agents[0].shifts[0].breaks[0]",
        ),
        (small(staffing={"abandon_ratio": 2}), "staffing"),
        (small(staffing={"name": "x"}), "staffing"),
        (small(staffing={"skills_per_agent": "some"}), "staffing.skills_per_agent"),
        (small(staffing={"skills_per_agent": 0.5}), "staffing.skills_per_agent"),
        (small(targets={"solved_ratio": 98}), "targets.solved_ratio"),
    ],
)
def test_what_is_wrong_is_named(document: Document, field: str) -> None:
    assert refused_field(document) == field


def test_a_class_in_no_queue_is_refused() -> None:
    document = small()
    document["class"][0]["queue"] = "nowhere"
    assert refused_field(document) == "class[0].queue"
