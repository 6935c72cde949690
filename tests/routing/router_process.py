"""A router in a process of its own, to be killed: `python -m tests.routing.router_process URL`."""

from __future__ import annotations

import asyncio
import sys

from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.kit.wakeups import PostgresWakeups
from halfminute.routing.driver import RouterDriver


async def route(url: str) -> None:
    """Route until killed."""
    database = Database(url)
    await database.open()
    wakeups = PostgresWakeups(database)
    async with asyncio.TaskGroup() as group:
        group.create_task(wakeups.run())
        group.create_task(RouterDriver(database, EventLog(database, wakeups), wakeups).run())


if __name__ == "__main__":
    asyncio.run(route(sys.argv[1]))
