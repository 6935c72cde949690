"""Removes a calendar that no queue goes by."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.queues import tables
from halfminute.queues.errors import CalendarInUse, CalendarNotFound


async def remove_calendar(log: EventLog, principal: Principal, calendar_id: UUID) -> None:
    """Raises CalendarNotFound, CalendarInUse."""
    require(principal, "queue.configure")
    async with log.write() as unit:
        try:
            done = await unit.connection.execute(tables.DELETE_CALENDAR, calendar_id)
        except asyncpg.ForeignKeyViolationError as error:
            raise CalendarInUse from error
        if done == "DELETE 0":
            raise CalendarNotFound
        await record_audit(unit, principal, "remove_calendar", "calendar", calendar_id)
