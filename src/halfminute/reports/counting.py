"""Counts the log: reads on from its cursor, and commits what was counted with the cursor.

So a fact is counted once, whoever dies when, and whichever of several processes takes a turn. The
log comes roughly in the order of its commits, and what is taken of it may end between two events of
one stream, the later one first. What was skipped is then read from the stream, and known by its
number when it comes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import structlog

from halfminute.kit.database import Connection, Database
from halfminute.kit.event_log import Cursor, Event, LogTail, event_of
from halfminute.kit.metrics import reports_lag_seconds
from halfminute.reports.accounting import ACCOUNTED_TYPES, account
from halfminute.reports.keeping import (
    add_counts,
    keep_matters,
    keep_presences,
    list_matters,
    list_presences_told,
)
from halfminute.reports.tables import facts as tables
from halfminute.reports.types import Count, Entry, Matter, Place

logger = structlog.get_logger(__name__)

BATCH: Final = 1000
# What is in one transaction began at one moment, and none lasts longer than seconds.
_LONGEST_TRANSACTION: Final = timedelta(minutes=1)
# What is raised for data that is not as it should be; `UUID(7)` raises the last.
_UNREADABLE: Final = (KeyError, TypeError, ValueError, AttributeError)


class Progress(NamedTuple):
    """What one turn did. `is_behind`: more of the log is there."""

    events: int
    is_behind: bool


class _Stretch(NamedTuple):
    """A piece of the log, and the cursors before and after it."""

    before: Cursor
    after: Cursor
    events: Sequence[Event]
    as_of: datetime
    is_behind: bool


async def count_on(database: Database, *, batch: int = BATCH) -> Progress:
    """Count the next stretch of the log, at most `batch` events of it. Raises DatabaseUnavailable.

    Where another process has counted it meanwhile nothing is done.
    """
    async with database.connection() as connection:
        stretch = await _read(connection, batch)
        told = await _list_told(connection, stretch)
    async with database.transaction() as connection:
        await connection.execute(tables.NEED_NOT_SURVIVE)
        if await _move_cursor(connection, stretch):
            await _count(connection, told)
            await keep_presences(connection, *list_presences_told(stretch.events))
            return Progress(len(stretch.events), stretch.is_behind)
    return Progress(0, is_behind=True)


async def count_to_end(database: Database) -> int:
    """Count all that is there; returns how many events. Raises DatabaseUnavailable."""
    counted = 0
    while True:
        progress = await count_on(database)
        counted += progress.events
        if not progress.is_behind:
            return counted


async def _read(connection: Connection, batch: int) -> _Stretch:
    row = await connection.fetchrow(tables.GET_CURSOR)
    if row is None:
        raise RuntimeError("the cursor of the reports is gone: restore the row of report_cursor")
    before = Cursor(row["log_xid"], row["log_position"], frozenset(row["log_ahead"]))
    tail = LogTail(before)
    events = await tail.read(connection, batch)
    # Who has read to the end has all that was committed before the reading began.
    as_of = events[-1].at if tail.is_behind else row["now"]
    reports_lag_seconds.set(max(0.0, (row["now"] - as_of).total_seconds()))
    return _Stretch(before, tail.cursor, events, as_of, tail.is_behind)


async def _list_told(connection: Connection, stretch: _Stretch) -> list[Event]:
    """What is to be accounted for, each stream in its order and without a gap."""
    told = [event for event in stretch.events if is_accounted(event)]
    if not told:
        return []
    whole = {(e.stream, e.seq): e for e in [*told, *await _list_skipped(connection, told)]}
    return [whole[place] for place in sorted(whole)]


def is_accounted(event: Event) -> bool:
    """Whether it is a fact of a conversation, as its own stream tells it."""
    return event.type in ACCOUNTED_TYPES and event.stream.startswith("conversation:")


async def _list_skipped(connection: Connection, told: Sequence[Event]) -> list[Event]:
    """What came before these in their streams and was not among them, as far as it is recent."""
    last: dict[str, int] = {}
    for event in told:
        last[event.stream] = max(last.get(event.stream, 0), event.seq)
    known = await list_matters(connection, {_conversation_of(stream) for stream in last})
    counted = {stream: known[_conversation_of(stream)].last_seq for stream in last}
    rows = await connection.fetch(
        tables.LIST_SKIPPED,
        list(last),
        [counted[stream] for stream in last],
        list(last.values()),
        list(ACCOUNTED_TYPES),
        min(event.at for event in told) - _LONGEST_TRANSACTION,
        max(event.at for event in told) + _LONGEST_TRANSACTION,
    )
    return [event_of(row) for row in rows]


async def _move_cursor(connection: Connection, stretch: _Stretch) -> bool:
    """Go on to the stretch's end, unless somebody else has: who waited for them sees it."""
    moved = await connection.fetchval(
        tables.MOVE_CURSOR, *_columns(stretch.before), *_columns(stretch.after), stretch.as_of
    )
    return moved is not None


def _columns(cursor: Cursor) -> tuple[int, int, list[int]]:
    return cursor.xid, cursor.position, sorted(cursor.ahead)


async def _count(connection: Connection, told: Sequence[Event]) -> None:
    if not told:
        return
    matters = await list_matters(connection, {_conversation_of(event.stream) for event in told})
    before = dict(matters)
    entries: list[Entry] = []
    for event in told:
        conversation_id = _conversation_of(event.stream)
        matters[conversation_id], added = _account(matters[conversation_id], event)
        entries += added
    await keep_matters(connection, [m for key, m in matters.items() if m != before[key]])
    await add_counts(connection, _sum(entries))


def _account(matter: Matter, event: Event) -> tuple[Matter, list[Entry]]:
    try:
        return account(matter, event)
    except _UNREADABLE:
        # One fact that nobody can read must not stop the counting of all others.
        logger.exception("event_unreadable", type=event.type, position=event.position)
        return matter, []


def _sum(entries: Iterable[Entry]) -> Mapping[Place, Count]:
    sums: dict[Place, Count] = {}
    for place, count in entries:
        sums[place] = sums[place] + count if place in sums else count
    return sums


def _conversation_of(stream: str) -> UUID:
    return UUID(stream.partition(":")[2])
