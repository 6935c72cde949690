"""Reads the log: one stream from a number on, or everything as it is committed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import asyncpg

from halfminute.kit.database import Connection
from halfminute.kit.event_log import tables
from halfminute.kit.event_log.types import Cursor, Event

_PAST_ALL_POSITIONS = 2**62
# How much is read ahead of a transaction that stays open, before its end is waited for.
_MOST_AHEAD = 2000


class LogTail:
    """Follows the whole log from a cursor on. Keeps its place; the caller keeps the cursor.

    An event is taken as soon as it is committed, and only once: what overtakes an older transaction
    is remembered until that one has ended. So events come in the order of their commits, roughly;
    those of one transaction come together and in their order.
    """

    def __init__(self, cursor: Cursor) -> None:
        """Reads what comes after `cursor`."""
        self.cursor = cursor
        self.is_behind = False

    async def read(self, connection: Connection, limit: int = 1000) -> list[Event]:
        """The next events; at most `limit`. Afterwards `is_behind` says that more is there."""
        xid, position, ahead = self.cursor
        most = limit + len(ahead)
        found = await connection.fetch(tables.TAIL, xid, position, most)
        rows = _choose(found, ahead, limit)
        fresh = [row for row in rows if row["position"] not in ahead]
        settled = [row for row in rows if row["is_settled"]]
        if settled:
            xid, position = settled[-1]["xid"], settled[-1]["position"]
        beyond = ahead.union(row["position"] for row in rows)
        self.cursor = Cursor(xid, position, beyond.difference(row["position"] for row in settled))
        self.is_behind = bool(fresh) and len(found) == most
        return [event_of(row) for row in fresh]


def _choose(
    rows: Sequence[asyncpg.Record], ahead: Collection[int], limit: int
) -> Sequence[asyncpg.Record]:
    """The first rows, up to `limit` new ones; and when enough is read ahead, only settled ones."""
    is_far_ahead = len(ahead) >= _MOST_AHEAD
    new = 0
    for index, row in enumerate(rows):
        if row["position"] not in ahead:
            new += 1
            if new > limit or (is_far_ahead and not row["is_settled"]):
                return rows[:index]
    return rows


async def log_end(connection: Connection) -> Cursor:
    """The cursor after everything that is settled by now."""
    return Cursor(await connection.fetchval(tables.END), _PAST_ALL_POSITIONS)


async def list_stream(
    connection: Connection, stream: str, *, after_seq: int, limit: int = 1000
) -> list[Event]:
    """The events of one stream after a number, in order; at most `limit`."""
    return [
        event_of(row) for row in await connection.fetch(tables.STREAM, stream, after_seq, limit)
    ]


async def get_last_seq(connection: Connection, stream: str) -> int:
    """The number of the newest event of a stream; 0 for a stream nothing was told to yet."""
    last_seq: int = await connection.fetchval(tables.LAST_SEQ, stream)
    return last_seq


async def list_last_seqs(connection: Connection, streams: Collection[str]) -> dict[str, int]:
    """The number of the newest event of each stream; 0 where nothing was told yet."""
    rows = await connection.fetch(tables.LAST_SEQS, list(streams))
    return dict.fromkeys(streams, 0) | {row["stream"]: row["last_seq"] for row in rows}


def rebase_statement() -> str:
    """What makes a log that was brought from another cluster one that can be read on here.

    Cursors into the old one mean nothing any more: who keeps one must forget it.
    """
    return tables.REBASE


def event_of(row: asyncpg.Record) -> Event:
    """The event of a row with the log's columns."""
    return Event(
        xid=row["xid"],
        position=row["position"],
        stream=row["stream"],
        seq=row["seq"],
        at=row["at"],
        type=row["type"],
        data=row["data"],
    )
