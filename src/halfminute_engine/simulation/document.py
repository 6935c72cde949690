"""A scenario as a planner writes it: plain tables, as they come out of TOML.

    [time]       days, interval_minutes, warm_up_hours
    [[queue]]    name, wrap_up, offer_timeout_seconds, priority_credit_seconds
    [[class]]    name, queue, channel, handle, patience, skills, hold_ratio, silent_ratio,
                 silence_check, priority_credit_seconds
    [classes]    or: every language by every topic is a class
    [[arrivals]] conversations with hourly, day_weights and time_zones; or per_hour; and mix
    [[agents]]   name, queues, skills, capacity, count or counts or shifts, accept_delay,
                 no_answer_ratio, return_after
    [staffing]   or: so many as Erlang A asks for in each interval

`docs/simulation.md` tells each field. Every refusal is an `InvalidScenario` with the field's path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from halfminute_engine.routing.values import QueueId, Requirement
from halfminute_engine.simulation.demand import (
    DAYS,
    HALF_HOURS_OF_WEEK,
    HOURS_OF_DAY,
    rates_per_hour,
    weekly_shape,
)
from halfminute_engine.simulation.errors import InvalidScenario
from halfminute_engine.simulation.fields import Fields
from halfminute_engine.simulation.roster_document import read_rosters
from halfminute_engine.simulation.scenario import (
    HOUR_US,
    ArrivalStream,
    ConversationClass,
    Scenario,
    SimulatedQueue,
    require_classes,
    require_queues,
)
from halfminute_engine.simulation.staffing_document import plan_rosters
from halfminute_engine.simulation.variates import NOTHING, SECOND_US, Never

HALF_HOUR_US = HOUR_US // 2


@dataclass(frozen=True, slots=True)
class Targets:
    """What the scenario's figures are held against."""

    service_level_seconds: int = 20
    service_level_ratio: float = 0.8
    mean_wait_seconds: float = 30.0
    abandon_ratio: float = 0.03
    solved_ratio: float = 0.98


@dataclass(frozen=True, slots=True)
class PlannedScenario:
    """A scenario with its name for people, and the targets that its planner cares for."""

    title: str
    description: str
    targets: Targets
    scenario: Scenario


def read_scenario(document: Mapping[str, object]) -> PlannedScenario:
    """The scenario that the document describes; raises `InvalidScenario`."""
    fields = Fields(document)
    title = fields.text("title")
    description = fields.text("description", title)
    targets = _read_targets(fields.table("targets")) if "targets" in fields else Targets()
    horizon_us, interval_us, warm_up_us = _read_time(fields.table("time"))
    queues = tuple(_read_queue(table) for table in fields.tables("queue"))
    classes, shares = _read_classes(fields)
    require_queues(classes, queues)
    streams = tuple(
        _read_arrivals(table, shares, horizon_us) for table in fields.tables("arrivals")
    )
    if not streams:
        raise fields.refuse("arrivals", "is missing: nobody comes")
    require_classes(streams, classes)
    rosters = read_rosters(fields, horizon_us)
    if "staffing" in fields:
        rosters += plan_rosters(fields.table("staffing"), classes, queues, streams, horizon_us)
    if not rosters:
        raise fields.refuse("agents", "is missing, and [staffing] too: nobody works")
    fields.finish()
    scenario = Scenario(horizon_us, queues, classes, streams, rosters, interval_us, warm_up_us)
    return PlannedScenario(title, description, targets, scenario)


def _read_targets(fields: Fields) -> Targets:
    standard = Targets()
    targets = Targets(
        fields.whole("service_level_seconds", standard.service_level_seconds),
        fields.ratio("service_level_ratio", standard.service_level_ratio),
        fields.number("mean_wait_seconds", standard.mean_wait_seconds),
        fields.ratio("abandon_ratio", standard.abandon_ratio),
        fields.ratio("solved_ratio", standard.solved_ratio),
    )
    fields.finish()
    return targets


def _read_time(fields: Fields) -> tuple[int, int, int]:
    hours = fields.number("days", 0.0) * HOURS_OF_DAY + fields.number("hours", 0.0)
    if not hours:
        raise fields.refuse("days", "must be above 0, or hours")
    interval_us = round(fields.number("interval_minutes", 30.0, least=1.0) * 60 * SECOND_US)
    warm_up_us = round(fields.number("warm_up_hours", 0.0) * HOUR_US)
    if warm_up_us % interval_us:
        raise fields.refuse("warm_up_hours", "must be a whole number of intervals")
    fields.finish()
    return round(hours * HOUR_US), interval_us, warm_up_us


def _read_queue(fields: Fields) -> SimulatedQueue:
    queue = SimulatedQueue(
        QueueId(fields.text("name")),
        fields.seconds("offer_timeout_seconds", 30.0, least=0.001),
        fields.law("wrap_up", NOTHING),
        fields.seconds("priority_credit_seconds", 0.0),
    )
    fields.finish()
    return queue


def _read_classes(fields: Fields) -> tuple[tuple[ConversationClass, ...], dict[str, float]]:
    """The classes, and the weight by which each of them comes where a stream has no mix."""
    tables = fields.tables("class")
    if "classes" in fields:
        if tables:
            raise fields.refuse("classes", "stands beside [[class]]: one of them only")
        return _cross(fields.table("classes"))
    if not tables:
        raise fields.refuse("class", "is missing: nobody wants anything")
    shares = {}
    classes = []
    for table in tables:
        name = table.text("name")
        shares[name] = table.number("share", 1.0)
        skills = table.weights("skills") if "skills" in table else ()
        classes.append(_read_class(table, name, skills))
        table.finish()
    return tuple(classes), shares


def _cross(fields: Fields) -> tuple[tuple[ConversationClass, ...], dict[str, float]]:
    """Each language by each topic is a class, and a skill of its own, by their shares."""
    languages = fields.weights("languages")
    topics = fields.weights("topics") if "topics" in fields else (("", 1.0),)
    shares = {
        "/".join(filter(None, (language, topic))): of_language * of_topic
        for language, of_language in languages
        for topic, of_topic in topics
    }
    classes = tuple(_read_class(fields, name, ((name, 1.0),)) for name in shares)
    fields.finish()
    return classes, shares


def _read_class(
    fields: Fields, name: str, skills: tuple[tuple[str, float], ...]
) -> ConversationClass:
    return ConversationClass(
        name=name,
        queue_id=QueueId(fields.text("queue")),
        channel_kind=fields.text("channel", "voice"),
        talk=fields.law("handle"),
        requirements=tuple(Requirement(skill, int(level)) for skill, level in skills),
        patience=fields.law("patience", Never()),
        hold_ratio=fields.ratio("hold_ratio", 0.0),
        silent_ratio=fields.ratio("silent_ratio", 0.0),
        silence_check=fields.law("silence_check", NOTHING),
        priority_credit_us=fields.seconds("priority_credit_seconds", 0.0),
    )


def _read_arrivals(fields: Fields, shares: dict[str, float], horizon_us: int) -> ArrivalStream:
    mix = fields.weights("mix") if "mix" in fields else tuple(shares.items())
    start_us = round(fields.number("from_hour", 0.0) * HOUR_US)
    end_us = None
    if "minutes" in fields:
        end_us = start_us + fields.seconds("minutes", least=0.001) * 60
    if "per_hour" in fields:
        rates: tuple[float, ...] = (fields.number("per_hour"),)
    else:
        rates = _read_rates(fields, horizon_us - start_us)
    is_expected = fields.flag("is_expected", default=True)
    fields.finish()
    return ArrivalStream(rates, HALF_HOUR_US, mix, start_us, end_us, is_expected)


def _read_rates(fields: Fields, length_us: int) -> tuple[float, ...]:
    """By half-hours: so many in a week of the shape, or so many in the whole run."""
    shape = _read_shape(fields)
    if "conversations_per_week" in fields:
        return rates_per_hour(shape, fields.number("conversations_per_week"), len(shape))
    intervals = max(1, length_us // HALF_HOUR_US)
    return rates_per_hour(shape, fields.number("conversations"), intervals)


def _read_shape(fields: Fields) -> tuple[float, ...]:
    hourly = (1.0,) * HOURS_OF_DAY
    if "hourly" in fields:
        hourly = fields.numbers("hourly", length=HOURS_OF_DAY)
    day_weights = (1.0,) * len(DAYS)
    if "day_weights" in fields:
        by_day = dict(fields.weights("day_weights"))
        if set(by_day) != set(DAYS):
            raise fields.refuse("day_weights", f"must have {', '.join(DAYS)}")
        day_weights = tuple(by_day[day] for day in DAYS)
    time_zones: tuple[tuple[int, float], ...] = ((0, 1.0),)
    if "time_zones" in fields:
        time_zones = tuple(
            (_hours_ahead(fields, name), share) for name, share in fields.weights("time_zones")
        )
    shape = weekly_shape(hourly, day_weights, time_zones)
    first = DAYS.index(_day(fields)) * HALF_HOURS_OF_WEEK // len(DAYS)
    return shape[first:] + shape[:first]


def _day(fields: Fields) -> str:
    day = fields.text("first_day", DAYS[0])
    if day not in DAYS:
        raise fields.refuse("first_day", f"must be one of {', '.join(DAYS)}")
    return day


def _hours_ahead(fields: Fields, name: str) -> int:
    try:
        return int(name)
    except ValueError:
        raise InvalidScenario(
            fields.path("time_zones"), f"must have whole hours ahead, like '+3', and has {name!r}"
        ) from None
