"""Reads the log: one stream from a number on, or everything as it settles."""

from __future__ import annotations

from collections.abc import Collection

import asyncpg

from halfminute.kit.database import Connection
from halfminute.kit.event_log import tables
from halfminute.kit.event_log.types import Cursor, Event

_PAST_ALL_POSITIONS = 2**62


class LogTail:
    """Follows the whole log from a cursor on. Keeps its place; the caller keeps the cursor."""

    def __init__(self, cursor: Cursor) -> None:
        """Reads what comes after `cursor`."""
        self.cursor = cursor
        self.is_behind = False

    async def read(self, connection: Connection, limit: int = 1000) -> list[Event]:
        """The next settled events, oldest first; at most `limit`.

        Afterwards `is_behind` says that more is there, settled or about to settle: read again soon.
        """
        rows = await connection.fetch(tables.TAIL, *self.cursor, limit)
        settled = [event_of(row) for row in rows if row["is_settled"]]
        self.is_behind = len(settled) < len(rows) or len(rows) == limit
        if settled:
            self.cursor = Cursor(settled[-1].xid, settled[-1].position)
        return settled


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
