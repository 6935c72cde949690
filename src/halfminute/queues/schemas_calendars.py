"""What calendars look like on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from halfminute.kit.text import STORABLE, STORABLE_NAME

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=STORABLE_NAME)]
TimeOfDay = Annotated[str, msgspec.Meta(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]


class OpenHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From the minute it opens up to the one it closes at.

    Not later than it opens: on the day after. `24:00` is the midnight that ends the day.
    """

    opens: TimeOfDay
    closes: TimeOfDay


class SpecialDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day with hours of its own in the place of the weekday's; without any it is a holiday."""

    date: date
    name: Annotated[str, msgspec.Meta(max_length=100, pattern=STORABLE)] = ""
    hours: Annotated[list[OpenHours], msgspec.Meta(max_length=10)] = []


class CalendarSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is configured of a calendar. `weekly`: each weekday's hours, Monday first.

    `time_zone`: a name of the IANA database, such as Europe/Berlin.
    """

    name: Name
    time_zone: Annotated[str, msgspec.Meta(max_length=60, pattern="^[A-Za-z0-9_+/-]+$")]
    weekly: Annotated[
        list[Annotated[list[OpenHours], msgspec.Meta(max_length=10)]],
        msgspec.Meta(min_length=7, max_length=7),
    ]
    days: Annotated[list[SpecialDay], msgspec.Meta(max_length=1000)] = []


class CalendarChange(CalendarSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a calendar is to be. `revision`: of what was seen; None changes whatever is there."""

    revision: Annotated[str, msgspec.Meta(max_length=32, pattern="^[0-9a-f]*$")] | None = None


class CalendarView(CalendarSettings, frozen=True, kw_only=True):
    """A calendar, and the queues that go by it."""

    id: UUID
    queue_names: list[str]
    revision: str
