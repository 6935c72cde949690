"""Which day is meant: its name, and from when to when it was somewhere."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from halfminute.kit.database import Connection
from halfminute.queues.calendars import list_calendars
from halfminute.workforce.errors import UnknownDay, UnknownTimeZone

_DAY: Final = timedelta(days=1)


class Day(NamedTuple):
    """A day of a time zone, from its midnight to the next."""

    date: date
    time_zone: str
    start_at: datetime
    end_at: datetime


def day_of(day: date, time_zone: str) -> Day:
    """The day of that date there; with a change of the clocks it has 23 or 25 hours.

    Raises UnknownTimeZone.
    """
    zone = find_zone(time_zone)
    start_at = datetime.combine(day, time.min, zone).astimezone(UTC)
    end_at = datetime.combine(day + _DAY, time.min, zone).astimezone(UTC)
    return Day(day, time_zone, start_at, end_at)


def parse_day(word: str, time_zone: str, now: datetime) -> Day:
    """`2026-11-27`, `yesterday` or `today` there. Raises UnknownDay, UnknownTimeZone."""
    today = now.astimezone(find_zone(time_zone)).date()
    if word == "today":
        return day_of(today, time_zone)
    if word == "yesterday":
        return day_of(today - _DAY, time_zone)
    try:
        return day_of(date.fromisoformat(word), time_zone)
    except (ValueError, OverflowError) as error:
        raise UnknownDay(
            f"{word!r} is no day: write it as 2026-11-27, or `yesterday` or `today`."
        ) from error


async def find_time_zone(connection: Connection) -> str:
    """That of the opening hours by which most queues go; UTC where there are none."""
    calendars = await list_calendars(connection)
    zones = Counter[str]()
    for calendar in calendars:
        zones[calendar.time_zone] += 1 + len(calendar.queue_names)
    return zones.most_common(1)[0][0] if zones else "UTC"


def find_zone(time_zone: str) -> ZoneInfo:
    """The zone of this name in the IANA database. Raises UnknownTimeZone."""
    try:
        return ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(
            f"There is no time zone {time_zone!r}: name one as `Europe/Moscow`."
        ) from error
