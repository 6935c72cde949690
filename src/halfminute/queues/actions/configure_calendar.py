"""Creates a calendar, or changes all of it."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec

from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit
from halfminute.kit.ids import new_id
from halfminute.queues import tables
from halfminute.queues.calendars import get_calendar, written
from halfminute.queues.errors import CalendarChanged, CalendarNameTaken, CalendarNotFound
from halfminute.queues.schemas_calendars import CalendarSettings, CalendarView


async def configure_calendar(
    log: EventLog,
    principal: Principal,
    settings: CalendarSettings,
    *,
    calendar_id: UUID | None = None,
    revision: str | None = None,
) -> CalendarView:
    """Create it (`calendar_id` None) or change it; the queues that go by it do so at once.

    With the `revision` of what was read it is changed only as long as it is still so. Raises
    CalendarNotFound, CalendarNameTaken, CalendarChanged, InvalidCalendar.
    """
    require(principal, "queue.configure")
    weekly, days = written(settings)
    name = " ".join(settings.name.split())
    async with log.write() as unit:
        if calendar_id is not None:
            await _expect(unit, calendar_id, revision)
        statement = tables.INSERT_CALENDAR if calendar_id is None else tables.UPDATE_CALENDAR
        calendar_id = calendar_id or new_id()
        try:
            await unit.connection.execute(
                statement, calendar_id, name, settings.time_zone, weekly, days
            )
        except asyncpg.UniqueViolationError as error:
            raise CalendarNameTaken from error
        told = msgspec.to_builtins(settings)
        await record_audit(unit, principal, "configure_calendar", "calendar", calendar_id, told)
        return await get_calendar(unit.connection, calendar_id)


async def _expect(unit: Unit, calendar_id: UUID, revision: str | None) -> None:
    if await unit.connection.fetchval(tables.LOCK_CALENDAR, calendar_id) is None:
        raise CalendarNotFound
    if revision is None:
        return
    if (await get_calendar(unit.connection, calendar_id)).revision != revision:
        raise CalendarChanged
