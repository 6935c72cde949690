"""Counts the log anew, to hold the figures against it.

Nothing is shared with the counting but the counters that both fill: here a conversation is looked
at whole, by SQL over its events, where the counting goes from event to event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

import asyncpg

from halfminute.kit.database import Connection, Database
from halfminute.kit.time import to_us, utc_now
from halfminute.reports.accounting import ACCOUNTED_TYPES
from halfminute.reports.keeping import read_counters
from halfminute.reports.retention import MINUTES_KEPT
from halfminute.reports.tables import facts
from halfminute.reports.tables import recount as tables
from halfminute.reports.types import MINUTE_US, QUARTER_US, Book, Count, Place
from halfminute_engine.service_level.counters import ContactCounters, interval_start_us
from halfminute_engine.service_level.durations import DurationTally

K = TypeVar("K")
V = TypeVar("V")

_MICROSECOND: Final = timedelta(microseconds=1)
_PATIENCE_SECONDS: Final = 3600.0
EVER: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_WAIT_ENDS: Final = {
    "ReplyQueued": "answered",
    "AccountOwnerReplied": "answered",
    "ConversationEndedByContact": "abandoned",
    "ConversationQueued": "flowed_out",
    "WrapUpStarted": "disconnected",
    "ConversationClosed": "disconnected",
}


class Present(NamedTuple):
    """Who waits in a queue by one kind of channel, and who was taken and has not been answered."""

    waiting_count: int
    waiting_since_us: int | None
    unanswered_count: int


class Tally(NamedTuple):
    """All that is counted of the log, up to one cursor."""

    present: dict[tuple[UUID, str], Present]
    books: dict[Place, Count]
    presences: dict[UUID, str]


class Difference(NamedTuple):
    """Where the figures are not what the log says."""

    what: str
    kept: object
    counted: object


async def find_differences(database: Database, *, since: datetime = EVER) -> list[Difference]:
    """Where what is kept is not what a recount of the log says, as of one moment.

    `since`: only what is counted from then on is compared, and by whole intervals: to be the start
    of one. Raises DatabaseUnavailable.
    """
    async with database.transaction(isolation="repeatable_read") as connection:
        await connection.execute(tables.BE_PATIENT)
        kept = await _read_kept(connection, since)
        counted = await recount(connection, since=since)
        began_at = await connection.fetchval(facts.LOG_BEGAN_AT)
    begins = _beginnings(max(since, began_at or since))
    found = _compare("book", _from(begins, kept.books), _from(begins, counted.books))
    if since == EVER:
        found += _compare("presence", kept.presences, counted.presences)
        found += _compare("present", kept.present, counted.present)
    return found


async def recount(connection: Connection, *, since: datetime = EVER) -> Tally:
    """Count the log up to the cursor of the figures, in a snapshot of the caller's."""
    row = await connection.fetchrow(facts.GET_CURSOR)
    assert row is not None  # noqa: S101  the table has its row from the migration on
    cursor = (row["log_xid"], row["log_position"], row["log_ahead"])
    arguments = (*cursor, list(ACCOUNTED_TYPES), since)
    stays = await connection.fetch(tables.STAYS, *arguments, timeout=_PATIENCE_SECONDS)
    handlings = await connection.fetch(tables.HANDLINGS, *arguments, timeout=_PATIENCE_SECONDS)
    presences = await connection.fetch(tables.PRESENCES, *cursor, timeout=_PATIENCE_SECONDS)
    books: dict[Place, Count] = {}
    for stay in stays:
        for place, count in _count_stay(stay):
            books[place] = books[place] + count if place in books else count
    for handling in handlings:
        place, count = _count_handling(handling)
        books[place] = books[place] + count if place in books else count
    return Tally(
        _count_present(stays), books, {row["agent_id"]: row["presence"] for row in presences}
    )


def _count_stay(row: asyncpg.Record) -> Iterator[tuple[Place, Count]]:
    wait = _tally(row["wait_ended_at"], row["queued_at"])
    name = _WAIT_ENDS.get(row["wait_end"], "")
    waits = ContactCounters(offered=1)
    if name:
        setattr(waits, name, wait)
        if name == "answered":
            earlier_us = row["earlier_waits"] // _MICROSECOND
            whole_us = max(0, to_us(row["wait_ended_at"]) - to_us(row["queued_at"])) + earlier_us
            waits.answered_from_first_queue.add(whole_us)
        yield _place(row, "waits", row["wait_ended_at"]), Count(waits)
    is_answered = name == "answered"
    begun_at = row["first_message_at"] or row["queued_at"]
    solved = _tally(row["solved_at"] if is_answered else None, begun_at)
    whole = waits + ContactCounters(solved=solved)
    yield _place(row, "intervals", row["queued_at"]), Count(whole)
    if row["closed_at"] is not None:
        is_silent = is_answered and row["solved_at"] is None and not row["has_come_back"]
        yield _place(row, "closings", row["closed_at"]), Count(whole, int(is_silent))


def _count_handling(row: asyncpg.Record) -> tuple[Place, Count]:
    counters = ContactCounters(
        handled=1, talk_us=row["talk"] // _MICROSECOND, wrap_up_us=row["wrap_up"] // _MICROSECOND
    )
    return _place(row, "intervals", row["queued_at"]), Count(counters)


def _count_present(stays: list[asyncpg.Record]) -> dict[tuple[UUID, str], Present]:
    found: dict[tuple[UUID, str], Present] = {}
    for key in {(stay["queue_id"], stay["channel_kind"]) for stay in stays}:
        here = [stay for stay in stays if (stay["queue_id"], stay["channel_kind"]) == key]
        waiting = [to_us(s["queued_at"]) for s in here if s["present"] == "ConversationQueued"]
        held = [s for s in here if s["present"] == "ConversationAssigned"]
        unanswered = sum(stay["wait_end"] is None for stay in held)
        if waiting or unanswered:
            found[key] = Present(len(waiting), min(waiting, default=None), unanswered)
    return found


def _tally(ended_at: datetime | None, begun_at: datetime) -> DurationTally:
    if ended_at is None:
        return DurationTally()
    return DurationTally.of([max(0, to_us(ended_at) - to_us(begun_at))])


def _place(row: asyncpg.Record, book: Book, at: datetime) -> Place:
    length_us = QUARTER_US if book == "intervals" else MINUTE_US
    start_us = to_us(at) // length_us * length_us
    return Place(book, start_us, row["queue_id"], row["channel_kind"])


async def _read_kept(connection: Connection, since: datetime) -> Tally:
    books: dict[Place, Count] = {}
    for statement in (tables.KEPT_INTERVALS, tables.KEPT_MINUTES):
        for row in await connection.fetch(statement, since, timeout=_PATIENCE_SECONDS):
            place = Place(row["book"], to_us(row["start_at"]), row["queue_id"], row["channel_kind"])
            books[place] = Count(read_counters(row), row["silent_count"])
    present = {
        (row["queue_id"], row["channel_kind"]): Present(
            row["waiting_count"], row["waiting_since_us"], row["unanswered_count"]
        )
        for row in await connection.fetch(facts.LIST_OPEN)
        if row["waiting_count"] or row["unanswered_count"]
    }
    rows = await connection.fetch(facts.LIST_PRESENCES)
    return Tally(present, books, {row["agent_id"]: row["presence"] for row in rows})


def _beginnings(since: datetime) -> dict[Book, int]:
    """From when on each book can be compared: minutes are kept for some days only."""
    quarter_us = interval_start_us(to_us(since), QUARTER_US)
    minute_us = max(quarter_us, to_us(utc_now() - MINUTES_KEPT))
    return {"intervals": quarter_us, "waits": minute_us, "closings": minute_us}


def _from(begins: Mapping[Book, int], books: Mapping[Place, Count]) -> dict[Place, Count]:
    return {place: c for place, c in books.items() if place.start_us >= begins[place.book]}


def _compare(what: str, kept: Mapping[K, V], counted: Mapping[K, V]) -> list[Difference]:
    return [
        Difference(f"{what} {key}", kept.get(key), counted.get(key))
        for key in kept.keys() | counted.keys()
        if kept.get(key) != counted.get(key)
    ]
