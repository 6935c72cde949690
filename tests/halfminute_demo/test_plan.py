"""The town's plan: the same seed tells the same story, along the day's curve."""

from __future__ import annotations

from itertools import islice, takewhile

import pytest

from halfminute_demo.day import DAY_SECONDS, HOUR_SECONDS, Day, hourly_weights, read_clock
from halfminute_demo.plan import (
    OUTAGE_AT_SECONDS,
    TownSettings,
    outage_region,
    plan_outage,
    plan_town,
)
from halfminute_demo.visits import Visit


def first_visits(count: int, settings: TownSettings) -> list[Visit]:
    return list(islice(plan_town(settings), count))


@pytest.mark.parametrize("scenario", ["day", "outage"])
def test_the_same_seed_gives_the_same_people_words_and_times(scenario: str) -> None:
    settings = TownSettings(seed=7, scenario=scenario)  # type: ignore[arg-type]
    other = TownSettings(seed=8, scenario=scenario)  # type: ignore[arg-type]

    assert first_visits(300, settings) == first_visits(300, settings)
    assert first_visits(300, settings) != first_visits(300, other)


def test_visits_come_in_order_and_each_number_once() -> None:
    visits = first_visits(2000, TownSettings(scenario="outage"))

    assert [visit.at_seconds for visit in visits] == sorted(visit.at_seconds for visit in visits)
    assert len({visit.number for visit in visits}) == len(visits)


def test_a_larger_town_has_the_people_of_the_smaller_and_more() -> None:
    small, large = TownSettings(subscribers=60).people, TownSettings(subscribers=500).people

    assert large[:60] == small
    assert len({person.id for person in large}) == 500


def test_a_day_brings_as_many_visits_as_its_rate_says_and_most_at_its_peaks() -> None:
    settings = TownSettings(rate_per_minute=4, day=Day(start_seconds=0))
    day = list(takewhile(lambda visit: visit.at_seconds < DAY_SECONDS, plan_town(settings)))
    first_time = [visit for visit in day if not visit.is_return]

    assert 4 * 60 * 24 * 0.95 < len(first_time) < 4 * 60 * 24 * 1.05
    by_hour = [0] * 24
    for visit in first_time:
        by_hour[int(visit.at_seconds // HOUR_SECONDS)] += 1
    assert min(by_hour[10:12]) > by_hour[14] > by_hour[8] / 2
    assert by_hour[18] > by_hour[15]
    assert max(by_hour) > 5 * max(by_hour[1:4])


def test_a_faster_day_passes_sooner_and_is_as_full_a_minute() -> None:
    slow = TownSettings(day=Day(start_seconds=0, speed=1))
    fast = TownSettings(day=Day(start_seconds=0, speed=60))
    until = DAY_SECONDS / 60

    night = list(takewhile(lambda visit: visit.at_seconds < until, plan_town(slow)))
    whole_day = list(takewhile(lambda visit: visit.at_seconds < until, plan_town(fast)))

    assert fast.day.time_at(until / 2) == "12:00"
    assert len([visit for visit in whole_day if not visit.is_return]) > 2 * len(night)


def test_the_curve_has_a_mean_of_one_and_the_clock_goes_around() -> None:
    day = Day(start_seconds=23.5 * HOUR_SECONDS)

    assert sum(hourly_weights()) == pytest.approx(24)
    assert day.time_at(0) == "23:30"
    assert day.time_at(HOUR_SECONDS) == "00:30"
    assert day.after(0, DAY_SECONDS) == pytest.approx(DAY_SECONDS, rel=1e-6)


def test_a_time_of_the_day_is_read_and_nonsense_is_refused() -> None:
    assert read_clock("09:30") == 9.5 * HOUR_SECONDS
    for nonsense in ("24:00", "9", "09:60", "noon", "-1:00", ""):
        with pytest.raises(ValueError, match="no time of a day"):
            read_clock(nonsense)


def test_in_an_outage_one_region_writes_at_once_and_nobody_else_about_it() -> None:
    settings = TownSettings(scenario="outage", subscribers=300)
    region = outage_region(settings)
    outage = plan_outage(settings)

    assert len(outage) > 20
    assert {visit.person.region for visit in outage} == {region}
    assert {visit.topic for visit in outage} == {"outage"}
    assert min(visit.at_seconds for visit in outage) >= OUTAGE_AT_SECONDS
    within = [visit for visit in outage if visit.at_seconds < OUTAGE_AT_SECONDS + 120]
    assert len(within) > len(outage) * 0.8
    for visit in outage:
        said = " ".join(getattr(deed, "text", "") for deed in visit.opening)
        asked = " ".join(visit.question.messages)
        assert "{place}" not in said
        assert "{place}" not in asked


def test_the_outage_stands_in_the_plan_beside_the_ordinary_day() -> None:
    ordinary = first_visits(400, TownSettings())
    with_outage = first_visits(400, TownSettings(scenario="outage"))
    outage = {visit.number for visit in plan_outage(TownSettings(scenario="outage"))}

    beside = [visit for visit in with_outage if visit.number not in outage and not visit.is_return]
    assert beside == [visit for visit in ordinary if not visit.is_return][: len(beside)]
    assert outage <= {visit.number for visit in with_outage}
