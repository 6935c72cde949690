"""How long a router that takes over needs until it knows what the last one knew.

A crowd waits in many lines. `snapshot_seconds` is taking the engine's state and committing it,
which holds routing up; `restore_seconds` is reading it back into an engine that can route, with the
database and all decoding. Medians of a few rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import tempfile
import time
from pathlib import Path
from statistics import median
from uuid import UUID

from bench.report import print_result
from halfminute.kit.database import Connection, Database
from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.event_log import Cursor
from halfminute.kit.garbage import search_paused
from halfminute.kit.migrations import migrate
from halfminute.routing import journal
from halfminute.routing.recovery import recover
from halfminute_engine.routing.events import AgentConfigured, ConversationQueued, QueueConfigured
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    QueueId,
    Requirement,
)

DOMAIN = "main"
QUEUES = 40
AGENTS = 500
LANGUAGES = ("en", "ru", "uk")
START_US = 1_700_000_000_000_000
GAP_US = 1000


def build_crowd(waiting: int) -> tuple[Router, int]:
    """A router before which so many wait, and its time; nobody is there to answer."""
    dice = random.Random(1)
    router = Router()
    queue_ids = [QueueId(_id(dice)) for _ in range(QUEUES)]
    for queue_id in queue_ids:
        router.handle(QueueConfigured(queue_id, 20_000_000), START_US)
    capacity = Capacity(100, (("telegram", 34),))
    for _ in range(AGENTS):
        served = tuple(dice.sample(queue_ids, 3))
        agent = AgentConfigured(AgentId(_id(dice)), served, (("uk", 3),), capacity)
        router.handle(agent, START_US)
    now_us = START_US
    for _ in range(waiting):
        now_us += GAP_US
        requirements = (Requirement(dice.choice(LANGUAGES), 2),)
        conversation_id = ConversationId(_id(dice, now_us))
        router.handle(
            ConversationQueued(
                conversation_id, dice.choice(queue_ids), "telegram", now_us, requirements
            ),
            now_us,
        )
    return router, now_us


def _id(dice: random.Random, made_at_us: int = START_US) -> str:
    """As a UUIDv7 (RFC 9562): the ids are most of a snapshot, and time is most of what repeats."""
    return str(UUID(int=(made_at_us // 1000) << 80 | 7 << 76 | 2 << 62 | dice.getrandbits(62)))


async def time_snapshot(database: Database, router: Router, seq: int, now_us: int) -> float:
    """Seconds until the state is committed, as a router at work does it."""
    cursor = Cursor(0, 0)
    started = time.perf_counter()
    with search_paused():
        packed = journal.pack(router.snapshot())
    async with database.transaction() as connection:
        await journal.save_snapshot(connection, DOMAIN, packed, seq=seq)
    seconds = time.perf_counter() - started
    async with database.transaction() as connection:
        await journal.append_lines(connection, DOMAIN, [], journal.Progress(cursor, seq, now_us))
    return seconds


async def time_restore(connection: Connection, waiting: int) -> float:
    """Seconds until there is an engine again; it must know everybody who waits."""
    gc.collect()
    started = time.perf_counter()
    recovered = await recover(connection, DOMAIN)
    seconds = time.perf_counter() - started
    assert recovered is not None
    state = recovered.router.snapshot()["state"]
    assert len(state["conversations"]) == waiting
    return seconds


async def measure(database: Database, waiting: int, rounds: int) -> dict[str, float | int]:
    """The figures of one crowd."""
    router, now_us = build_crowd(waiting)
    snapshots = [await time_snapshot(database, router, seq, now_us) for seq in range(1, rounds + 1)]
    del router
    async with database.connection() as connection:
        restores = [await time_restore(connection, waiting) for _ in range(rounds)]
        size = await connection.fetchval(
            "select length(state) from router_snapshots order by seq desc limit 1"
        )
    return {
        "waiting": waiting,
        "snapshot_bytes": size,
        "snapshot_seconds": median(snapshots),
        "restore_seconds": median(restores),
    }


async def run(directory: Path, waiting: int, rounds: int) -> None:
    """Start a database of its own, measure, print."""
    async with EmbeddedPostgres(EmbeddedSettings(directory=directory / "data")) as server:
        await migrate(server.dsn)
        database = Database(server.dsn)
        await database.open()
        try:
            print_result(await measure(database, waiting, rounds))
        finally:
            await database.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="halfminute-restore-") as directory:
        Path(directory).chmod(0o755)  # the database's own account must pass through
        asyncio.run(run(Path(directory), arguments.waiting, arguments.rounds))


if __name__ == "__main__":
    main()
