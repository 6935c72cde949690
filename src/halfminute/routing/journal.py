"""Everything the engine was told, in order and with its time, so that it can be told again."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from halfminute.kit.database import Connection
from halfminute.kit.event_log import Cursor
from halfminute.routing.tables import journal as tables
from halfminute_engine.routing.codec import event_from_dict, event_to_dict
from halfminute_engine.routing.errors import MalformedDocument
from halfminute_engine.routing.events import Event

# To be raised whenever the engine decides otherwise than before by the same events: a journal of
# other rules does not lead to the state that the rows have.
RULES_VERSION: Final = 3

_PAGE: Final = 5000
# The fastest: its ids aside, a state is the same words again and again.
_COMPRESSION_LEVEL: Final = 1


class Line(NamedTuple):
    """One thing the engine was told. `rules_version` is that of the engine that was told it."""

    seq: int
    now_us: int
    event: Event
    rules_version: int


class Progress(NamedTuple):
    """How far the journal and the log have been taken, as of one commit."""

    cursor: Cursor
    seq: int
    now_us: int


async def append_lines(
    connection: Connection,
    domain: str,
    events: Sequence[Event],
    progress: Progress,
    *,
    is_all: bool = True,
) -> None:
    """Write the lines that end at `progress.seq`, and the progress that is made with them.

    `is_all` False: they do not yet lead to what the rows have, so no progress is made.
    """
    seqs = range(progress.seq - len(events) + 1, progress.seq + 1)
    documents = [event_to_dict(event) for event in events]
    values = (domain, progress.now_us, RULES_VERSION, list(seqs), documents)
    if is_all:
        xid, position, ahead = progress.cursor
        await connection.execute(tables.APPEND, *values, xid, position, sorted(ahead), progress.seq)
    else:
        await connection.execute(tables.APPEND_LINES, *values)


async def iterate_lines(
    connection: Connection, domain: str, *, after_seq: int
) -> AsyncIterator[Line]:
    """The lines after a number, in order."""
    while True:
        rows = await connection.fetch(tables.LIST_AFTER, domain, after_seq, _PAGE)
        for row in rows:
            event = event_from_dict(row["event"])
            yield Line(row["seq"], row["now_us"], event, row["config_version"])
        if len(rows) < _PAGE:
            return
        after_seq = rows[-1]["seq"]


async def get_last_seq(connection: Connection, domain: str) -> int:
    """The number of the newest line or snapshot; 0 before the first."""
    last_seq: int = await connection.fetchval(tables.LAST_SEQ, domain)
    return last_seq


async def find_progress(connection: Connection, domain: str) -> Progress | None:
    """How far it has come; None where no router has yet taken in the rows."""
    row = await connection.fetchrow(tables.GET_CURSOR, domain)
    if row is None:
        return None
    cursor = Cursor(row["log_xid"], row["log_position"], frozenset(row["log_ahead"]))
    return Progress(cursor, row["journal_seq"], row["last_now_us"])


async def forget_progress(connection: Connection, domain: str) -> None:
    """From here on, until all is told anew, the journal does not lead to what the rows have."""
    await connection.execute(tables.FORGET_CURSOR, domain)


def pack(state: dict[str, Any]) -> bytes:
    """The form in which an engine's state is kept."""
    return zlib.compress(msgspec.json.encode(state), _COMPRESSION_LEVEL)


def unpack(packed: bytes) -> dict[str, Any]:
    """What `pack` was given. Raises MalformedDocument."""
    try:
        return msgspec.json.decode(zlib.decompress(packed), type=dict[str, Any])
    except (zlib.error, msgspec.DecodeError) as error:
        raise MalformedDocument(f"no packed state: {error}") from error


async def save_snapshot(connection: Connection, domain: str, packed: bytes, *, seq: int) -> None:
    """Keep the engine's state after line `seq`."""
    await connection.execute(tables.SAVE_SNAPSHOT, domain, seq, packed, RULES_VERSION)


async def find_snapshot(
    connection: Connection, domain: str, *, up_to_seq: int
) -> tuple[int, bytes] | None:
    """The newest of the present rules that is not after a line: its line and its packed state."""
    row = await connection.fetchrow(tables.NEWEST_SNAPSHOT, domain, up_to_seq, RULES_VERSION)
    return None if row is None else (row["seq"], row["state"])


async def list_snapshot_seqs(
    connection: Connection, domain: str, *, up_to_seq: int, limit: int
) -> list[int]:
    """The lines of the newest snapshots of the present rules that are not after a line."""
    rows = await connection.fetch(
        tables.NEWEST_SNAPSHOT_SEQS, domain, up_to_seq, RULES_VERSION, limit
    )
    return [row["seq"] for row in rows]
