"""Appends facts to the log."""

from __future__ import annotations

from collections.abc import Sequence

from halfminute.kit.database import Connection
from halfminute.kit.event_log import tables
from halfminute.kit.event_log.types import NewEvent


async def append_events(connection: Connection, events: Sequence[NewEvent]) -> None:
    """Append in the caller's transaction.

    Call it once, as the last statement: it locks the streams until the commit, and one call locks
    them in one order.
    """
    if events:
        await connection.execute(
            tables.APPEND,
            [event.stream for event in events],
            [event.type for event in events],
            [event.data for event in events],
        )
