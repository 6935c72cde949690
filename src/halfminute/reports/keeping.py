"""The rows in which the counting keeps what it has counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from halfminute.kit.database import Connection
from halfminute.kit.event_log import Event
from halfminute.kit.time import from_us, to_us
from halfminute.reports.tables import facts as tables
from halfminute.reports.types import Book, Count, Matter, Place, Presented
from halfminute_engine.service_level.codec import from_plain, to_plain
from halfminute_engine.service_level.counters import ContactCounters

_FIELDS: Final = Matter.__struct_fields__


async def list_matters(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Matter]:
    """What is remembered of these conversations; of an unknown one, nothing."""
    rows = await connection.fetch(tables.LIST_MATTERS, list(ids))
    known = {row["conversation_id"]: Matter(**dict(row)) for row in rows}
    return {id_: known.get(id_) or Matter(conversation_id=id_) for id_ in ids}


async def keep_matters(connection: Connection, matters: Sequence[Matter]) -> None:
    """Remember them so."""
    if matters:
        columns = [[getattr(matter, name) for matter in matters] for name in _FIELDS]
        await connection.execute(tables.KEEP_MATTERS, *columns)


def list_presences_told(events: Sequence[Event]) -> tuple[list[Presented], set[UUID]]:
    """The newest presence that is told of each agent, and who is told to be one at all."""
    newest: dict[UUID, Presented] = {}
    agents: set[UUID] = set()
    for event in events:
        kind, _, identifier = event.stream.partition(":")
        if kind != "agent" or event.type not in ("AgentConfigured", "AgentPresenceChanged"):
            continue
        agent_id = UUID(identifier)
        agents.add(agent_id)
        known = newest.get(agent_id)
        if event.type == "AgentPresenceChanged" and (known is None or known.last_seq < event.seq):
            newest[agent_id] = Presented(agent_id, event.seq, event.data["presence"])
    return list(newest.values()), agents


async def keep_presences(
    connection: Connection, presences: Sequence[Presented], agent_ids: Collection[UUID]
) -> None:
    """Note them; an agent of whom nothing else was told yet is offline."""
    if agent_ids:
        await connection.execute(tables.KEEP_AGENTS, sorted(agent_ids))
    if presences:
        columns = [list(column) for column in zip(*sorted(presences), strict=True)]
        await connection.execute(tables.KEEP_PRESENCES, *columns)


async def add_counts(connection: Connection, added: Mapping[Place, Count]) -> None:
    """Add to what stands in the books. The caller alone writes them: it has moved the cursor."""
    intervals = {place: count for place, count in added.items() if place.book == "intervals"}
    minutes = {place: count for place, count in added.items() if place.book != "intervals"}
    if intervals:
        await _add_to_intervals(connection, intervals)
    if minutes:
        await _add_to_minutes(connection, minutes)


async def _add_to_intervals(connection: Connection, added: Mapping[Place, Count]) -> None:
    columns = _columns(added)[1:]
    rows = await connection.fetch(tables.LIST_INTERVALS_AT, *columns)
    known = {_place(row, "intervals"): _count(row) for row in rows}
    sums = [known[place] + count if place in known else count for place, count in added.items()]
    await connection.execute(tables.KEEP_INTERVALS, *columns, [to_plain(s.counters) for s in sums])


async def _add_to_minutes(connection: Connection, added: Mapping[Place, Count]) -> None:
    columns = _columns(added)
    rows = await connection.fetch(tables.LIST_MINUTES_AT, *columns)
    known = {_place(row, row["book"]): _count(row) for row in rows}
    sums = [known[place] + count if place in known else count for place, count in added.items()]
    await connection.execute(
        tables.KEEP_MINUTES,
        *columns,
        [to_plain(s.counters) for s in sums],
        [s.silent_count for s in sums],
    )


def _columns(places: Collection[Place]) -> list[list[object]]:
    return [
        [place.book for place in places],
        [from_us(place.start_us) for place in places],
        [place.queue_id for place in places],
        [place.channel_kind for place in places],
    ]


def _place(row: asyncpg.Record, book: Book) -> Place:
    return Place(book, to_us(row["start_at"]), row["queue_id"], row["channel_kind"])


def _count(row: asyncpg.Record) -> Count:
    return Count(read_counters(row), row.get("silent_count", 0))


def read_counters(row: asyncpg.Record) -> ContactCounters:
    """The counters of a row of either book."""
    return from_plain(ContactCounters, row["counters"])
