"""What the wallboard is made of, read from the books for all who look at it.

A wall looks once a second, and so does every supervisor: within one process they share a reading.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from halfminute.kit.database import Connection, Database
from halfminute.kit.time import from_us
from halfminute.queues.queries import list_queues
from halfminute.queues.types import Queue
from halfminute.reports.figures import HISTORY, Window, window_of
from halfminute.reports.keeping import read_counters
from halfminute.reports.tables import facts as tables
from halfminute.reports.types import Cell, Count, Quarter
from halfminute_engine.service_level.counters import ContactCounters

_TRUE_SECONDS: Final = 0.5
_QUARTERS_TRUE_SECONDS: Final = 10.0
_UNCOUNTED: Final = 0.0
_NOTHING: Final = Count(ContactCounters())


class PresentAgent(NamedTuple):
    """An agent's presence by the log, and where it belongs."""

    presence: str
    team_id: UUID | None
    queue_ids: Collection[UUID]


class Reading(NamedTuple):
    """Everything, as of one moment; `as_of` is None before the log was counted to its end."""

    as_of: datetime | None
    window: Window | None
    cells: Sequence[Cell]
    quarters: Sequence[Quarter]
    agents: Sequence[PresentAgent]
    queues: Mapping[UUID, Queue]


class Board:
    """Reads at most twice a second, however many ask; the quarters every ten seconds."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is read before somebody asks."""
        self._database = database
        self._clock = clock
        self._lock = asyncio.Lock()
        self._reading: Reading | None = None
        self._until = self._quarters_until = float("-inf")

    async def read(self) -> Reading:
        """The present picture, half a second old at most. Raises DatabaseUnavailable."""
        async with self._lock:
            if self._reading is None or self._clock() >= self._until:
                self._reading = await read_books(self._database, self._known_quarters())
                self._until = self._clock() + _TRUE_SECONDS
            return self._reading

    def _known_quarters(self) -> Sequence[Quarter] | None:
        """None when they are to be read anew: six hours of them are most of the reading."""
        if self._reading is not None and self._clock() < self._quarters_until:
            return self._reading.quarters
        self._quarters_until = self._clock() + _QUARTERS_TRUE_SECONDS
        return None


async def read_books(database: Database, quarters: Sequence[Quarter] | None = None) -> Reading:
    """The picture as it is now, in one snapshot; of the quarters, what is known where given.

    Raises DatabaseUnavailable.
    """
    async with database.transaction(isolation="repeatable_read") as connection:
        return await read_snapshot(connection, quarters)


async def read_snapshot(
    connection: Connection, quarters: Sequence[Quarter] | None = None
) -> Reading:
    """As `read_books`, in a snapshot of the caller's."""
    as_of = await _find_as_of(connection)
    window = None if as_of is None else window_of(as_of)
    return Reading(
        as_of,
        window,
        await _list_cells(connection, window),
        await _list_quarters(connection, window) if quarters is None else quarters,
        await _list_agents(connection),
        {queue.id: queue for queue in await list_queues(connection)},
    )


async def _find_as_of(connection: Connection) -> datetime | None:
    row = await connection.fetchrow(tables.GET_CURSOR)
    is_counted = row is not None and row["as_of"].timestamp() > _UNCOUNTED
    return row["as_of"] if row is not None and is_counted else None


async def _list_cells(connection: Connection, window: Window | None) -> list[Cell]:
    open_rows = {
        (row["queue_id"], row["channel_kind"]): row
        for row in await connection.fetch(tables.LIST_OPEN)
    }
    rolling = await _sum_minutes(connection, window) if window else {}
    cells = []
    for place in {*open_rows, *(key[1:] for key in rolling)}:
        present = open_rows.get(place)
        since_us = present["waiting_since_us"] if present else None
        cells.append(
            Cell(
                *place,
                waiting_count=present["waiting_count"] if present else 0,
                waiting_since=None if since_us is None else from_us(since_us),
                unanswered_count=present["unanswered_count"] if present else 0,
                waits=rolling.get(("waits", *place), _NOTHING),
                closings=rolling.get(("closings", *place), _NOTHING),
            )
        )
    return cells


async def _sum_minutes(
    connection: Connection, window: Window
) -> dict[tuple[str, UUID, str], Count]:
    sums: dict[tuple[str, UUID, str], Count] = {}
    for row in await connection.fetch(tables.LIST_MINUTES, *window):
        key = row["book"], row["queue_id"], row["channel_kind"]
        count = Count(read_counters(row), row["silent_count"])
        sums[key] = sums[key] + count if key in sums else count
    return sums


async def _list_quarters(connection: Connection, window: Window | None) -> list[Quarter]:
    if window is None:
        return []
    rows = await connection.fetch(tables.LIST_INTERVALS, window.last_at - HISTORY, window.last_at)
    return [
        Quarter(row["start_at"], row["queue_id"], row["channel_kind"], read_counters(row))
        for row in rows
    ]


async def _list_agents(connection: Connection) -> list[PresentAgent]:
    return [
        PresentAgent(row["presence"], row["team_id"], row["queue_ids"])
        for row in await connection.fetch(tables.LIST_PRESENCES)
    ]
