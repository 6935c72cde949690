"""When a queue is open: weekly hours and special days in a time zone. Pure.

An interval is open from the minute it opens up to, and not including, the one it closes at. It
belongs to the day on which it opens, also past midnight: a special day takes the place of the
weekly hours that would open on it, and what opened the evening before goes on into it.

Hours are read off the clock on the wall. An hour that the clock skips is not open, and one that
opens within it opens when the clock has jumped. An hour that comes twice is open both times.
Time zones are those of the IANA database (RFC 6557), as `zoneinfo` has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

# So that what opens on one day of the year is found, and a calendar that never opens is given up.
_HORIZON_DAYS: Final = 400
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


class Interval(NamedTuple):
    """Minutes after the midnight with which its day begins; past 1440 on the day after."""

    opens: int
    closes: int


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """`weekly`: the intervals of each weekday, Monday first. `days`: those of special days.

    A special day without intervals is a holiday.
    """

    time_zone: str
    weekly: tuple[tuple[Interval, ...], ...]
    days: Mapping[date, tuple[Interval, ...]] = {}


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether it is open at this moment, an aware time."""
    wall = at.astimezone(ZoneInfo(calendar.time_zone)).replace(tzinfo=None)
    return any(
        opens <= wall < closes
        for day in (wall.date() - _DAY, wall.date())
        for opens, closes in _list_walls(calendar, day)
    )


def next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    """The first moment from `at` on at which it is open, in UTC; None: not within 400 days.

    That is `at` itself while it is open.
    """
    at = at.astimezone(UTC)
    if is_open(calendar, at):
        return at
    zone = ZoneInfo(calendar.time_zone)
    first = at.astimezone(zone).date() - _DAY
    found: datetime | None = None
    for number in range(_HORIZON_DAYS):
        before = found
        for moment in _list_moments(calendar, zone, first + number * _DAY):
            if moment > at and is_open(calendar, moment):
                found = moment if found is None else min(found, moment)
        # Where the clock goes back over midnight, a day begins before the last one has ended.
        if before is not None:
            return found
    return found


def _list_walls(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    midnight = datetime.combine(day, datetime.min.time())
    intervals = calendar.days.get(day, calendar.weekly[day.weekday()])
    for opens, closes in intervals:
        yield midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)


def _list_moments(calendar: Calendar, zone: ZoneInfo, day: date) -> Iterator[datetime]:
    """When it may begin to be open on the day: at its hours, and where the clock jumps."""
    for opens, _ in _list_walls(calendar, day):
        for fold in (0, 1):
            yield opens.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    jump = _find_jump(zone, day)
    if jump is not None:
        yield jump


def _find_jump(zone: ZoneInfo, day: date) -> datetime | None:
    midnight = datetime.combine(day, datetime.min.time(), zone)
    early = midnight.astimezone(UTC)
    late = (midnight + _DAY).astimezone(UTC)
    offset = early.astimezone(zone).utcoffset()
    if late.astimezone(zone).utcoffset() == offset:
        return None
    while late - early > _SECOND:
        middle = early + (late - early) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late
