"""The agents of a scenario who are told one by one: counts by interval, or shifts with breaks."""

from __future__ import annotations

from halfminute_engine.routing.values import Capacity, QueueId
from halfminute_engine.simulation.demand import DAYS, HOURS_OF_DAY
from halfminute_engine.simulation.errors import InvalidScenario
from halfminute_engine.simulation.fields import Fields
from halfminute_engine.simulation.scenario import (
    A_MINUTE,
    HOUR_US,
    AgentTemplate,
    Period,
    SimulatedRoster,
    cut_periods,
    periods_of_counts,
)
from halfminute_engine.simulation.variates import NOTHING, SECOND_US

DAY_US = HOURS_OF_DAY * HOUR_US
MINUTE_US = 60 * SECOND_US


def read_rosters(fields: Fields, horizon_us: int) -> tuple[SimulatedRoster, ...]:
    """All `[[agents]]` of the document."""
    return tuple(_read_roster(table, horizon_us) for table in fields.tables("agents"))


def _read_roster(fields: Fields, horizon_us: int) -> SimulatedRoster:
    template = AgentTemplate(
        name=fields.text("name"),
        queue_ids=tuple(QueueId(name) for name in fields.texts("queues")),
        skills=_read_skills(fields),
        capacity=read_capacity(fields),
        accept_delay=fields.law("accept_delay", NOTHING),
        no_answer_ratio=fields.ratio("no_answer_ratio", 0.0),
        return_after=fields.law("return_after", A_MINUTE),
    )
    periods = _read_periods(fields, horizon_us)
    fields.finish()
    return SimulatedRoster(template, periods)


def read_capacity(fields: Fields) -> Capacity:
    """Units of 100 that a conversation of each channel takes: a call takes all, unless told."""
    if "capacity" not in fields:
        return Capacity(100, (("voice", 100),))
    table = fields.table("capacity")
    weights = tuple((kind, int(units)) for kind, units in fields.weights("capacity"))
    for kind, units in weights:
        if units > 100:
            raise table.refuse(kind, "must be at most 100")
    return Capacity(100, weights)


def _read_skills(fields: Fields) -> tuple[tuple[str, int], ...]:
    if "skills" not in fields:
        return ()
    table = fields.table("skills")
    skills = tuple((skill, int(level)) for skill, level in fields.weights("skills"))
    for skill, level in skills:
        if not 1 <= level <= 5:
            raise table.refuse(skill, "must be a proficiency from 1 to 5")
    return skills


def _read_periods(fields: Fields, horizon_us: int) -> tuple[tuple[Period, ...], ...]:
    ways = [name for name in ("count", "counts", "shifts") if name in fields]
    if len(ways) != 1:
        raise fields.refuse("count", "must be there, or counts, or shifts: one of them")
    if ways == ["count"]:
        return ((Period(0, horizon_us),),) * fields.whole("count", least=1)
    if ways == ["counts"]:
        return _read_counts(fields, horizon_us)
    return tuple(
        periods for table in fields.tables("shifts") for periods in _read_shift(table, horizon_us)
    )


def _read_counts(fields: Fields, horizon_us: int) -> tuple[tuple[Period, ...], ...]:
    """Agents in each interval, over and over: 48 numbers are the half-hours of every day."""
    counts = tuple(int(number) for number in fields.numbers("counts"))
    if not any(counts):
        raise fields.refuse("counts", "must have a number above 0")
    interval_us = round(fields.number("counts_minutes", 30.0, least=1.0) * MINUTE_US)
    intervals = -(-horizon_us // interval_us)
    whole = tuple(counts[number % len(counts)] for number in range(intervals))
    return cut_periods(periods_of_counts(whole, interval_us), horizon_us)


def _read_shift(fields: Fields, horizon_us: int) -> tuple[tuple[Period, ...], ...]:
    """People from `start` for `hours` on these `days`, `breaks` being [start, minutes] pairs."""
    agents = fields.whole("agents", least=1)
    start_us = _clock(fields, "start", fields.text("start"))
    length_us = round(fields.number("hours", least=0.1, most=HOURS_OF_DAY) * HOUR_US)
    days = fields.texts("days") if "days" in fields else DAYS
    if unknown := [day for day in days if day not in DAYS]:
        raise fields.refuse("days", f"must be of {', '.join(DAYS)}, and has {unknown[0]!r}")
    waves = fields.whole("break_waves", 1, least=1)
    breaks = _read_breaks(fields, start_us, length_us, waves) if "breaks" in fields else ()
    fields.finish()
    starts_us = [
        day * DAY_US + start_us
        for day in range(-(-horizon_us // DAY_US))
        if DAYS[day % len(DAYS)] in days
    ]
    return tuple(
        periods
        for agent in range(agents)
        for periods in cut_periods(
            (_shifts_of_agent(starts_us, length_us, _in_wave(breaks, agent % waves)),), horizon_us
        )
    )


def _read_breaks(
    fields: Fields, start_us: int, length_us: int, waves: int
) -> tuple[tuple[int, int], ...]:
    """Begin and end of each break of the first wave, from the start of the shift."""
    breaks: list[tuple[int, int]] = []
    before_us = 0
    for index, pair in enumerate(fields.items("breaks")):
        name = f"breaks[{index}]"
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], int | float):
            raise fields.refuse(name, "must be a time and minutes, like ['11:00', 15]")
        after_us = (_clock(fields, name, pair[0]) - start_us) % DAY_US
        end_us = after_us + round(pair[1] * MINUTE_US)
        last_us = end_us + (waves - 1) * (end_us - after_us)
        if not before_us < after_us < end_us <= last_us < length_us:
            raise fields.refuse(name, "must lie within the shift, all waves of it, after the last")
        before_us = last_us
        breaks.append((after_us, end_us))
    return tuple(breaks)


def _in_wave(breaks: tuple[tuple[int, int], ...], wave: int) -> tuple[tuple[int, int], ...]:
    """Each wave begins its break when the one before it ends."""
    return tuple(
        (after_us + wave * (end_us - after_us), end_us + wave * (end_us - after_us))
        for after_us, end_us in breaks
    )


def _shifts_of_agent(
    starts_us: list[int], length_us: int, breaks: tuple[tuple[int, int], ...]
) -> tuple[Period, ...]:
    return tuple(
        period for start_us in starts_us for period in _shift_of_day(start_us, length_us, breaks)
    )


def _shift_of_day(
    start_us: int, length_us: int, breaks: tuple[tuple[int, int], ...]
) -> tuple[Period, ...]:
    periods = []
    work_us = start_us
    for break_us, end_us in breaks:
        periods.append(Period(work_us, start_us + break_us))
        periods.append(Period(start_us + break_us, start_us + end_us, is_break=True))
        work_us = start_us + end_us
    periods.append(Period(work_us, start_us + length_us))
    return tuple(periods)


def _clock(fields: Fields, name: str, text: object) -> int:
    hours, sign, minutes = text.partition(":") if isinstance(text, str) else ("", "", "")
    if not (sign and hours.isdecimal() and minutes.isdecimal()):
        raise InvalidScenario(
            fields.path(name), f"must be a time like '08:30', and is {text!r:.60}"
        )
    if int(hours) >= HOURS_OF_DAY or int(minutes) >= 60:
        raise InvalidScenario(fields.path(name), f"must be a time of the day, and is {text!r:.60}")
    return int(hours) * HOUR_US + int(minutes) * MINUTE_US
