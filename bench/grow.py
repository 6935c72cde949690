"""Whether lists and threads stay as quick when the tables have grown for years.

Two databases of one server, one with ten thousand messages and one with ten million, spread over
twelve months; the same reads as the desk's, in turns, of conversations drawn from all of that time.
The figures are those of the read that slows down most.

    make bench NAME=grow                    LARGE=10000000 SMALL=10000 to choose the sizes
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg

from bench.filling import MESSAGES_A_CONVERSATION, Filled, fill
from bench.report import Figure, percentile, print_result, print_table
from halfminute.conversations.queries import (
    get_contact_panel,
    get_conversation_detail,
    get_message_page,
    get_queue_page,
)
from halfminute.identity.principals import SYSTEM
from halfminute.kit.database import Database
from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.event_log import LogTail, list_stream, log_end, stream_name
from halfminute.kit.migrations import migrate

ROUNDS: Final = 6
READS_A_ROUND: Final = 60
WARM_UP_ROUNDS: Final = 2
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Drawn:
    """A conversation of the sample, with one of its messages."""

    id: UUID
    contact_id: UUID
    message_id: UUID


class Desk:
    """The reads of a screen, from one database."""

    def __init__(self, database: Database, filled: Filled, sample: Sequence[Drawn]) -> None:
        """Reads conversations of `sample`, in its order, again and again."""
        self._database = database
        self._filled = filled
        self._sample = sample
        self._at = 0

    @property
    def reads(self) -> dict[str, Callable[[], Awaitable[object]]]:
        """The reads, by what they show."""
        return {
            "thread": self._thread,
            "earlier": self._earlier,
            "conversation": self._conversation,
            "contact": self._contact,
            "queue": self._queue,
            "resume": self._resume,
            "tail": self._tail,
        }

    def _next(self) -> Drawn:
        self._at = (self._at + 1) % len(self._sample)
        return self._sample[self._at]

    async def _thread(self) -> object:
        drawn = self._next()
        return await get_message_page(self._database, SYSTEM, drawn.id, before=None, limit=PAGE)

    async def _earlier(self) -> object:
        drawn = self._next()
        return await get_message_page(
            self._database, SYSTEM, drawn.id, before=drawn.message_id, limit=PAGE
        )

    async def _conversation(self) -> object:
        return await get_conversation_detail(self._database, SYSTEM, self._next().id)

    async def _contact(self) -> object:
        async with self._database.connection() as connection:
            return await get_contact_panel(connection, SYSTEM, self._next().contact_id)

    async def _queue(self) -> object:
        queue_id = self._filled.queue_id
        return await get_queue_page(self._database, SYSTEM, queue_id, after=None, limit=PAGE)

    async def _resume(self) -> object:
        stream = stream_name("conversation", self._next().id)
        async with self._database.connection() as connection:
            return await list_stream(connection, stream, after_seq=MESSAGES_A_CONVERSATION // 2)

    async def _tail(self) -> object:
        async with self._database.connection() as connection:
            return await LogTail(await log_end(connection)).read(connection)


async def measure(small: Desk, large: Desk) -> dict[str, Figure]:
    """The p95 of each read in both, in turns; the worst ratio is the result."""
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in small.reads}
    for round_number in range(WARM_UP_ROUNDS + ROUNDS):
        for name, lists in times.items():
            for desk, found in zip((small, large), lists, strict=True):
                read = desk.reads[name]
                for _ in range(READS_A_ROUND):
                    started = time.perf_counter()
                    await read()
                    if round_number >= WARM_UP_ROUNDS:
                        found.append((time.perf_counter() - started) * 1000)
    rows: list[dict[str, Figure]] = []
    for name, (of_small, of_large) in times.items():
        p95s = percentile(of_small, 0.95), percentile(of_large, 0.95)
        rows.append(
            {
                "read": name,
                "small p95 ms": p95s[0],
                "large p95 ms": p95s[1],
                "ratio": p95s[1] / p95s[0],
            }
        )
    print_table("Reads", rows)
    worst = max(rows, key=lambda row: float(row["ratio"] or 0))
    return {
        "small_p95_ms": worst["small p95 ms"],
        "large_p95_ms": worst["large p95 ms"],
        "ratio": worst["ratio"],
    }


async def draw(dsn: str, count: int) -> list[Drawn]:
    """Conversations from all of the time, each with the message in its middle."""
    connection = await asyncpg.connect(dsn)
    ids = [row["id"] for row in await connection.fetch("select id from conversations")]
    chosen = random.Random(1).sample(ids, min(count, len(ids)))
    rows = await connection.fetch(
        """select c.id, c.contact_id, m.id as message_id
             from conversations c
            cross join lateral (select id from messages where conversation_id = c.id
                                 order by id offset $2 limit 1) m
            where c.id = any($1::uuid[])""",
        chosen,
        MESSAGES_A_CONVERSATION // 2,
    )
    await connection.close()
    random.Random(2).shuffle(rows)
    return [Drawn(row["id"], row["contact_id"], row["message_id"]) for row in rows]


async def run(directory: Path) -> dict[str, Figure]:
    """Start a server, fill both databases, measure."""
    sizes = {
        "small": int(os.environ.get("SMALL", "10000")),
        "large": int(os.environ.get("LARGE", "10000000")),
    }
    settings = EmbeddedSettings(directory=directory / "data")
    async with EmbeddedPostgres(settings) as server:
        connection = await asyncpg.connect(server.dsn)
        desks: list[Desk] = []
        databases: list[Database] = []
        for name, messages in sizes.items():
            await connection.execute(f"create database {name}")
            dsn = _of_database(server.dsn, name)
            await migrate(dsn)
            started = time.monotonic()
            filled = await fill(dsn, messages, tell=lambda line: print(line, file=sys.stderr))
            print(f"  {name}: {messages} messages in {time.monotonic() - started:.0f} s")
            database = Database(dsn, pool_size=2)
            await database.open()
            databases.append(database)
            desks.append(Desk(database, filled, await draw(dsn, READS_A_ROUND * 10)))
        await connection.close()
        try:
            return await measure(*desks)
        finally:
            for database in databases:
                await database.close()


def _of_database(dsn: str, name: str) -> str:
    head, mark, rest = dsn.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{rest}"


def main() -> None:
    """The command line."""
    with tempfile.TemporaryDirectory(prefix="halfminute-grow-") as place:
        directory = Path(place)
        directory.chmod(0o755)  # the database's own account must pass through
        print_result(asyncio.run(run(directory)))


if __name__ == "__main__":
    main()
