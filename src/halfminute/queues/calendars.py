"""Calendars between the wire and their rows, and the word by which a change is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg
import msgspec

from halfminute.kit.database import Connection
from halfminute.kit.revision import revision_of
from halfminute.queues import tables
from halfminute.queues.errors import CalendarNotFound, InvalidCalendar
from halfminute.queues.schemas_calendars import (
    CalendarSettings,
    CalendarView,
    OpenHours,
    SpecialDay,
)

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR

Rows = tuple[list[list[list[int]]], list[dict[str, Any]]]


async def list_calendars(connection: Connection) -> list[CalendarView]:
    """All of them, by name."""
    return [_view(row) for row in await connection.fetch(tables.LIST_CALENDARS)]


async def get_calendar(connection: Connection, calendar_id: UUID) -> CalendarView:
    """One of them. Raises CalendarNotFound."""
    row = await connection.fetchrow(tables.GET_CALENDAR, calendar_id)
    if row is None:
        raise CalendarNotFound
    return _view(row)


def written(settings: CalendarSettings) -> Rows:
    """What the row keeps: `weekly` and `days`. Raises InvalidCalendar with all that is wrong."""
    problems: dict[str, str] = {}
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems["time_zone"] = "not_a_zone"
    if len({day.date for day in settings.days}) < len(settings.days):
        problems["days"] = "twice"
    if problems:
        raise InvalidCalendar(problems=problems)
    weekly = [_intervals(hours) for hours in settings.weekly]
    days = [
        {"date": day.date.isoformat(), "name": day.name.strip(), "intervals": _intervals(day.hours)}
        for day in sorted(settings.days, key=lambda day: day.date)
    ]
    return weekly, days


def _intervals(hours: Sequence[OpenHours]) -> list[list[int]]:
    intervals = []
    for each in hours:
        opens, closes = _minutes(each.opens) % _DAY, _minutes(each.closes)
        intervals.append([opens, closes if closes > opens else closes + _DAY])
    return sorted(intervals)


def _minutes(time_of_day: str) -> int:
    hours, minutes = time_of_day.split(":")
    return int(hours) * _HOUR + int(minutes)


def _hours(intervals: Sequence[Sequence[int]]) -> list[OpenHours]:
    return [OpenHours(opens=_told(opens), closes=_told(closes)) for opens, closes in intervals]


def _told(minutes: int) -> str:
    minutes = minutes if minutes <= _DAY else minutes - _DAY
    return f"{minutes // _HOUR:02}:{minutes % _HOUR:02}"


def _view(row: asyncpg.Record) -> CalendarView:
    seen = (row["name"], row["time_zone"], row["weekly"], row["days"])
    return CalendarView(
        id=row["id"],
        name=row["name"],
        time_zone=row["time_zone"],
        weekly=[_hours(intervals) for intervals in row["weekly"]],
        days=[
            msgspec.convert(
                {"date": day["date"], "name": day["name"], "hours": _hours(day["intervals"])},
                SpecialDay,
            )
            for day in row["days"]
        ],
        queue_names=row["queue_names"],
        revision=revision_of(seen),
    )
