"""Holds the wallboard to a recount of the log, tile by tile, while everything around it moves.

The books and the log are read in one snapshot, at any moment. What the web serves is a reading of
half a second ago, so it is held to them while the counting stands still.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from bench.http_client import LeanClient
from halfminute.conversations.access import Sight, sight_of
from halfminute.identity.principals import SYSTEM
from halfminute.kit.database import Connection, Database
from halfminute.kit.time import from_us, to_us
from halfminute.reports.board import PresentAgent, Reading, read_snapshot
from halfminute.reports.figures import HISTORY
from halfminute.reports.queries import show_reading
from halfminute.reports.recount import Present, Tally, find_differences, recount
from halfminute.reports.tables import recount as tables
from halfminute.reports.types import Cell, Count, Place, Quarter
from halfminute_engine.service_level.counters import ContactCounters

EVERYTHING: Final[Sight] = sight_of(SYSTEM, "report.read")
LOOK_SECONDS: Final = 0.4
TRUE_SECONDS: Final = 0.6
SERVED_SECONDS: Final = 60
# When it was asked is no figure; the web keeps its chart of quarters for ten seconds.
_NO_TILES: Final = ("server_time", "quarters")
_NOTHING: Final = Count(ContactCounters())
_NOBODY: Final = Present(0, None, 0)


@dataclass(slots=True)
class WallWatch:
    """What was compared, and what differed. `still` is held while what is served is compared."""

    database: Database
    still: asyncio.Lock = field(default_factory=asyncio.Lock)
    tiles: int = 0
    looks: int = 0
    served_looks: int = 0
    differences: list[str] = field(default_factory=list)

    async def work(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Compare what the books show now, every book and every tile."""
        found = await find_differences(self.database)
        self.differences += [f"{each.what}: {each.kept} != {each.counted}" for each in found]
        async with self.database.transaction(isolation="repeatable_read") as connection:
            await connection.execute(tables.BE_PATIENT)
            kept = await read_snapshot(connection)
            counted = await _recount(connection, kept)
        self._compare(_tiles(show_reading(kept, EVERYTHING)), _tiles(counted))
        self.looks += 1

    async def look_at_served(
        self, client: LeanClient, headers: Mapping[str, str], counting_pids: Sequence[int]
    ) -> None:
        """Compare what the web serves to a supervisor; it serves what stands in the books by then.

        Whoever counts is stopped for the moment, so that it does not move on meanwhile; and nobody
        changes what is configured. Raises TimeoutError where it is never served.
        """
        async with self.still, asyncio.timeout(SERVED_SECONDS):
            for pid in counting_pids:
                os.kill(pid, signal.SIGSTOP)
            try:
                while not await self._is_served(client, headers):
                    pass
            finally:
                for pid in counting_pids:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGCONT)

    async def _is_served(self, client: LeanClient, headers: Mapping[str, str]) -> bool:
        # What was read before the planner stopped is not served any more.
        await asyncio.sleep(TRUE_SECONDS)
        answer = await client.request("GET", "/api/wallboard", b"", headers)
        served = msgspec.json.decode(answer.body)
        async with self.database.transaction(isolation="repeatable_read") as connection:
            await connection.execute(tables.BE_PATIENT)
            kept = await read_snapshot(connection)
            if kept.as_of is None or to_us(kept.as_of) != _moment_us(served["as_of"]):
                return False
            counted = _tiles(await _recount(connection, kept))
        self._compare(_without(served), _without(counted))
        self.served_looks += 1
        return True

    def _compare(self, shown: Mapping[str, Any], counted: Mapping[str, Any]) -> None:
        ours, theirs = dict(_leaves("", shown)), dict(_leaves("", counted))
        self.tiles += len(theirs)
        self.differences += [
            f"{name}: {ours.get(name)} != {theirs.get(name)}"
            for name in sorted(ours.keys() | theirs.keys())
            if ours.get(name) != theirs.get(name)
        ]


async def _recount(connection: Connection, kept: Reading) -> Any:
    tally = await recount(connection)
    return show_reading(_reading_of(tally, kept), EVERYTHING)


def _reading_of(tally: Tally, kept: Reading) -> Reading:
    """The wallboard's picture out of a recount; what is configured is that of the snapshot."""
    assert kept.window is not None
    first_at, last_at = kept.window
    rolling = _sum_within(tally.books, first_at, last_at)
    places = {*tally.present, *(place[1:] for place in rolling)}
    cells = [
        _cell(queue_id, kind, tally.present.get((queue_id, kind), _NOBODY), rolling)
        for queue_id, kind in places
    ]
    quarters = [
        Quarter(from_us(place.start_us), place.queue_id, place.channel_kind, count.counters)
        for place, count in tally.books.items()
        if place.book == "intervals"
        and to_us(last_at - HISTORY) <= place.start_us <= to_us(last_at)
    ]
    agents = [PresentAgent(presence, None, ()) for presence in tally.presences.values()]
    return Reading(kept.as_of, kept.window, cells, quarters, agents, kept.queues)


def _sum_within(
    books: Mapping[Place, Count], first_at: datetime, last_at: datetime
) -> dict[tuple[str, UUID, str], Count]:
    sums: dict[tuple[str, UUID, str], Count] = {}
    for place, count in books.items():
        if place.book != "intervals" and to_us(first_at) <= place.start_us <= to_us(last_at):
            key = place.book, place.queue_id, place.channel_kind
            sums[key] = sums.get(key, _NOTHING) + count
    return sums


def _cell(
    queue_id: UUID, kind: str, present: Present, rolling: Mapping[tuple[str, UUID, str], Count]
) -> Cell:
    since_us = present.waiting_since_us
    return Cell(
        queue_id,
        kind,
        waiting_count=present.waiting_count,
        waiting_since=None if since_us is None else from_us(since_us),
        unanswered_count=present.unanswered_count,
        waits=rolling.get(("waits", queue_id, kind), _NOTHING),
        closings=rolling.get(("closings", queue_id, kind), _NOTHING),
    )


def _tiles(board: Any) -> dict[str, Any]:
    """The wallboard as it is served, without the time of asking."""
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(board))
    del told["server_time"]
    return told


def _moment_us(told: str) -> int:
    return to_us(datetime.fromisoformat(told))


def _without(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in _NO_TILES}


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every figure by its path; the members of a list by the thing they are about."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{name}.{key}", inner)
    elif isinstance(value, list):
        for inner in _named(value):
            yield from _leaves(f"{name}[{inner[0]}]", inner[1])
    else:
        yield name, value


def _named(values: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    for value in values:
        name = next(
            (value[key] for key in ("queue_id", "channel_kind", "start_at") if key in value), ""
        )
        yield str(name), value
