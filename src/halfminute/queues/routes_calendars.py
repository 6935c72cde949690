"""The routes of calendars."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.queues.actions.configure_calendar import configure_calendar
from halfminute.queues.actions.remove_calendar import remove_calendar
from halfminute.queues.calendars import list_calendars
from halfminute.queues.schemas_calendars import CalendarChange, CalendarView


class CalendarController(Controller):
    """`/api/calendars`. Needs `database`, `log` and `principal`."""

    path = "/api/calendars"
    tags = ("queues",)

    @get("/", guards=[requires("queue.configure")])
    async def list_calendars(self, database: NamedDependency[Database]) -> list[CalendarView]:
        """All of them, by name."""
        async with database.connection() as connection:
            return await list_calendars(connection)

    @post("/", guards=[requires("queue.configure")])
    async def create(
        self,
        principal: NamedDependency[Principal],
        data: JSONBody[CalendarChange],
        log: NamedDependency[EventLog],
    ) -> CalendarView:
        """A new calendar, by which no queue goes yet."""
        return await configure_calendar(log, principal, data)

    @put("/{calendar_id:uuid}", guards=[requires("queue.configure")])
    async def configure(
        self,
        calendar_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        data: JSONBody[CalendarChange],
        log: NamedDependency[EventLog],
    ) -> CalendarView:
        """Set all of it, as long as it is what was seen."""
        return await configure_calendar(
            log, principal, data, calendar_id=calendar_id, revision=data.revision
        )

    @delete(
        "/{calendar_id:uuid}",
        guards=[requires("queue.configure")],
        status_code=HTTP_204_NO_CONTENT,
    )
    async def remove(
        self,
        calendar_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> None:
        """Remove one that no queue goes by."""
        await remove_calendar(log, principal, calendar_id)
