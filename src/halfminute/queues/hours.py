"""Whether queues are open, by the calendars they go by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from halfminute.kit.database import Connection
from halfminute.queues import tables
from halfminute.queues.calendar import Calendar, Interval, is_open
from halfminute.queues.types import ClosedAction


class Hours(NamedTuple):
    """By what a queue is open, and what becomes of those who come while it is not."""

    calendar: Calendar
    closed_action: ClosedAction
    closed_words: Mapping[str, str]


async def map_hours(connection: Connection, queue_ids: Collection[UUID]) -> dict[UUID, Hours]:
    """The hours of those of these queues that go by a calendar; the others are always open."""
    rows = await connection.fetch(tables.LIST_HOURS, list(queue_ids))
    return {
        row["queue_id"]: Hours(
            read_calendar(row["time_zone"], row["weekly"], row["days"]),
            row["closed_action"],
            row["closed_words"],
        )
        for row in rows
    }


async def is_queue_open(connection: Connection, queue_id: UUID, at: datetime) -> bool:
    """Whether the queue is open at this moment."""
    hours = (await map_hours(connection, [queue_id])).get(queue_id)
    return hours is None or is_open(hours.calendar, at)


def read_calendar(
    time_zone: str, weekly: Sequence[Any], days: Sequence[Mapping[str, Any]]
) -> Calendar:
    """A calendar out of its row."""
    return Calendar(
        time_zone=time_zone,
        weekly=tuple(_read_intervals(intervals) for intervals in weekly),
        days={date.fromisoformat(day["date"]): _read_intervals(day["intervals"]) for day in days},
    )


def _read_intervals(intervals: Sequence[Sequence[int]]) -> tuple[Interval, ...]:
    return tuple(Interval(opens, closes) for opens, closes in intervals)
