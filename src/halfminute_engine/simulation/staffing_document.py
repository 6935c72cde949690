"""The agents of a scenario that are worked out: so many in each interval as Erlang A asks for."""

from __future__ import annotations

from dataclasses import replace

from halfminute_engine.simulation.cross_training import Skills
from halfminute_engine.simulation.fields import Fields
from halfminute_engine.simulation.planning import Forecast
from halfminute_engine.simulation.roster_document import read_capacity
from halfminute_engine.simulation.scenario import (
    A_MINUTE,
    AgentTemplate,
    ArrivalStream,
    ConversationClass,
    SimulatedQueue,
    SimulatedRoster,
    cut_periods,
)
from halfminute_engine.simulation.variates import NOTHING
from halfminute_engine.staffing.errors import InvalidValue
from halfminute_engine.staffing.requirement import Targets

ALL = "all"
HIGHEST_LEVEL = 5


def plan_rosters(
    fields: Fields,
    classes: tuple[ConversationClass, ...],
    queues: tuple[SimulatedQueue, ...],
    streams: tuple[ArrivalStream, ...],
    horizon_us: int,
) -> tuple[SimulatedRoster, ...]:
    """Agents by half-hours, none of them in shifts: agent-hours are agents times intervals.

    `skills_per_agent` is "all" (one pool), 1 (each class has a pool, staffed by itself), or more
    (as many agents as one pool needs, and `margin_ratio` more, each trained for so many classes;
    2.25: three of four for two, and the fourth for three).
    """
    trained_for = _read_skills_per_agent(fields, len(classes))
    margin_ratio = fields.number("margin_ratio", 0.0)
    targets = _read_targets(fields)
    base = AgentTemplate(
        name=fields.text("name", "agent"),
        queue_ids=tuple(queue.queue_id for queue in queues),
        capacity=read_capacity(fields),
        accept_delay=fields.law("accept_delay", NOTHING),
        no_answer_ratio=fields.ratio("no_answer_ratio", 0.0),
        return_after=fields.law("return_after", A_MINUTE),
    )
    fields.finish()
    forecast = Forecast(classes, queues, streams, horizon_us)
    if trained_for == 1:
        planned = forecast.pool_by_class(targets)
    else:
        planned = forecast.one_pool(targets, trained_for, margin_ratio)
    return tuple(
        SimulatedRoster(_trained(base, classes, skills), cut_periods(periods, horizon_us))
        for skills, periods in planned.items()
    )


def _trained(
    base: AgentTemplate, classes: tuple[ConversationClass, ...], skills: Skills
) -> AgentTemplate:
    """The template of those who are trained for these classes; no skills where none are needed."""
    names = {need.skill for index in skills for need in classes[index].requirements}
    if not names:
        return base
    return replace(
        base,
        name=f"{base.name}-{'-'.join(str(index) for index in skills)}",
        skills=tuple((name, HIGHEST_LEVEL) for name in sorted(names)),
    )


def _read_targets(fields: Fields) -> Targets:
    """What each half-hour keeps: at least one of the targets, and all that are named."""

    def find(name: str) -> float | None:
        return fields.number(name) if name in fields else None

    try:
        return Targets(
            service_level=find("service_level"),
            target_seconds=fields.number("target_seconds", 20.0),
            asa_seconds=find("asa_seconds"),
            abandon_ratio=find("abandon_ratio"),
            occupancy=find("occupancy"),
        )
    except InvalidValue as error:
        raise fields.refuse("", str(error)) from error


def _read_skills_per_agent(fields: Fields, class_count: int) -> float:
    if "skills_per_agent" not in fields or fields.is_text("skills_per_agent"):
        if fields.text("skills_per_agent", ALL) != ALL:
            raise fields.refuse("skills_per_agent", "must be 'all' or a number from 1")
        return class_count
    return min(fields.number("skills_per_agent", least=1.0), class_count)
