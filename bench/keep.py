"""Backs up and migrates under load, and counts what customers and agents notice of it.

Customers write and agents answer all the time, on tables that have grown. First a backup is made;
then the schema is expanded by what a release may bring: a column, an index beside the writers, and
its rows filled in batches. No request may fail and nothing may be lost or doubled. Afterwards the
backup is restored beside: it must hold every message that was acknowledged before it was begun, and
each of its messages must be the one that was received.

    make bench NAME=keep                    MESSAGES=200000 to choose how much there is already
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from bench.agents import Tally
from bench.crash import Customer, StubbornAgent, Variant, Witness, wait_for_quiet
from bench.filling import fill
from bench.http_client import Answer, LeanClient
from bench.report import Figure, percentile, print_result, print_table
from bench.stack import Stack, StackSettings
from halfminute.kit import migrations
from halfminute.main.backup import make_backup, restore_backup
from halfminute.main.backup.check import check_file
from halfminute.main.backup.place import open_installation

CUSTOMERS: Final = 20
AGENTS: Final = 3
WRITE_SECONDS: Final = 0.4
QUIET_SECONDS: Final = 8.0
# As a release may bring them; the names are beyond every real one.
EXPANSION: Final[Mapping[str, str]] = {
    "9001_column.sql": (
        "alter table messages add column bench_rank integer;\n"
        "alter table contacts add column bench_note text not null default ''"
    ),
    "9002_index.sql": (
        "-- Runs: concurrently\n"
        "create index concurrently messages_by_bench_rank on messages (bench_rank, sent_at)"
    ),
    "9003_fill.sql": (
        "-- Runs: in batches\n"
        "update messages set bench_rank = 1 where id in\n"
        "    (select id from messages where bench_rank is null limit 2000)"
    ),
}

_INBOUND: Final = """
select split_part(parts -> 0 ->> 'text', ' ', 1) as tag, count(*) as copies
  from messages where direction = 'in' and parts -> 0 ->> 'text' ~ '^c[0-9]+n[0-9]+' group by 1
"""
_IDS: Final = "select array_agg(id) from messages where direction = 'in'"
_DIGEST: Final = """
select md5(string_agg(md5((to_jsonb(m) - 'bench_rank')::text), '' order by id))
  from messages m where id = any($1::uuid[])
"""
_UNFILLED: Final = "select count(*) from messages where bench_rank is null"
_IS_INDEX_VALID: Final = """
select indisvalid from pg_index where indexrelid = 'messages_by_bench_rank'::regclass
"""


@dataclass(slots=True)
class Phase:
    """What was asked while something went on."""

    name: str
    seconds: float = 0.0
    failed: int = 0
    times_ms: list[float] = field(default_factory=list)


class CountingClient(LeanClient):
    """Counts each request where it belongs, and those that failed by fault of the server."""

    def __init__(self, port: int, connections: int) -> None:
        """`phase` is changed by whoever begins another."""
        super().__init__("127.0.0.1", port, connections=connections)
        self.phase = Phase("start")

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """As the client's."""
        phase, started = self.phase, time.perf_counter()
        try:
            answer = await super().request(method, path, body, headers)
        except (OSError, TimeoutError):
            phase.failed += 1
            raise
        phase.times_ms.append((time.perf_counter() - started) * 1000)
        phase.failed += answer.status >= 500 or answer.status == 429
        return answer


@dataclass(frozen=True, slots=True)
class Load:
    """The customers and agents at work."""

    client: CountingClient
    witness: Witness
    phases: list[Phase]

    @asynccontextmanager
    async def phase(self, name: str) -> AsyncIterator[None]:
        """All requests that begin in the block count as its own."""
        before, phase, started = self.client.phase, Phase(name), time.monotonic()
        self.phases.append(phase)
        self.client.phase = phase
        try:
            yield
        finally:
            phase.seconds = time.monotonic() - started
            self.client.phase = before


@asynccontextmanager
async def strained(stack: Stack) -> AsyncIterator[Load]:
    """People write and answer until the block ends, and what they wrote is delivered."""
    client = CountingClient(stack.port, connections=CUSTOMERS + 4 * AGENTS)
    load = Load(client, Witness(), [])
    agents = []
    for email, password in stack.agents:
        agent = StubbornAgent(client, stack.port, lambda _text, _at: None, Tally())
        agent.witness = load.witness
        await agent.sign_in(email, password)
        await agent.become_available()
        agents.append(agent)
    desks = [asyncio.create_task(agent.run()) for agent in agents]
    updates = itertools.count(1)
    pace = Variant("keep", kills=0, acknowledged=0, write_seconds=WRITE_SECONDS)
    customers = [
        asyncio.create_task(
            Customer(client, stack.targets[0], 5_000 + chat, updates).write(pace, load.witness)
        )
        for chat in range(CUSTOMERS)
    ]
    try:
        yield load
        await _end(customers)
        await wait_for_quiet(stack)
    finally:
        await _end([*customers, *desks])
        client.close()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def expand(dsn: str, directory: Path) -> None:
    """Apply what a release would bring, as `halfminute migrate` does."""
    folder = directory / "migrations"
    shutil.copytree(migrations.migrations_directory(), folder)
    for name, text in EXPANSION.items():
        (folder / name).write_text(text, encoding="utf-8")
    real = migrations.migrations_directory
    migrations.migrations_directory = lambda: folder
    try:
        applied = await migrations.migrate(dsn)
    finally:
        migrations.migrations_directory = real
    if applied != list(EXPANSION):
        raise RuntimeError(f"only {applied} were applied")


async def restore_beside(stack: Stack, directory: Path, archive: Path) -> str:
    """Restore into another database of the same server; returns how to connect to it."""
    connection = await asyncpg.connect(stack.dsn)
    await connection.execute("create database restored")
    await connection.close()
    dsn = urlunsplit(urlsplit(stack.dsn)._replace(path="/restored"))
    place = directory / "restored"
    place.mkdir()
    with archive.open("rb") as file:
        checked = await check_file(file, _untold)
        installation = open_installation(place, dsn)
        await restore_backup(installation, file, checked, is_without_key=True, tell=_untold)
    return dsn


async def compare(source: str, restored: str) -> tuple[dict[str, int], bool]:
    """The restored messages by tag, and whether each is as it is in the source."""
    of_restored, of_source = await asyncpg.connect(restored), await asyncpg.connect(source)
    try:
        tags = {row["tag"]: row["copies"] for row in await of_restored.fetch(_INBOUND)}
        ids = await of_restored.fetchval(_IDS)
        digests = [await each.fetchval(_DIGEST, ids) for each in (of_restored, of_source)]
        return tags, digests[0] == digests[1] and digests[0] is not None
    finally:
        await of_restored.close()
        await of_source.close()


async def look(dsn: str) -> tuple[dict[str, int], bool]:
    """The messages by tag, and whether the expansion is there to its end."""
    connection = await asyncpg.connect(dsn)
    try:
        tags = {row["tag"]: row["copies"] for row in await connection.fetch(_INBOUND)}
        is_valid = await connection.fetchval(_IS_INDEX_VALID)
        # What is written after the last batch is filled by the version that comes.
        return tags, bool(is_valid) and await connection.fetchval(_UNFILLED) < len(tags)
    finally:
        await connection.close()


def _untold(_what: str, _count: int) -> None:
    """Nobody watches."""


async def run(directory: Path, messages: int) -> dict[str, Figure]:
    """All of it."""
    settings = StackSettings(
        directory=directory,
        agents=AGENTS,
        bots=1,
        roles=("web", "router", "delivery", "maintenance"),
        agent_units=CUSTOMERS,
    )
    archive = directory / "keep.backup"
    async with Stack(settings) as stack:
        await fill(stack.dsn, messages, tell=lambda line: print(line, file=sys.stderr), name="Old")
        source = open_installation(directory / "data", stack.dsn)
        async with strained(stack) as load:
            async with load.phase("quiet"):
                await asyncio.sleep(QUIET_SECONDS)
            acknowledged = set(load.witness.messages)
            async with load.phase("backup"):
                manifest = await make_backup(source, archive, is_with_key=False, tell=_untold)
            async with load.phase("migration"):
                await expand(stack.dsn, directory)
            async with load.phase("after"):
                await asyncio.sleep(QUIET_SECONDS)
        stored, is_expanded = await look(stack.dsn)
        restored_dsn = await restore_beside(stack, directory, archive)
        restored, is_same = await compare(stack.dsn, restored_dsn)
    _print_phases(load.phases)
    written = load.witness.messages
    return {
        "messages": manifest.row_counts["public.messages"],
        "requests": sum(len(phase.times_ms) for phase in load.phases),
        "failed_requests": sum(phase.failed for phase in load.phases),
        "acknowledged": len(written),
        "lost": len(written - stored.keys()),
        "doubled": sum(copies - 1 for copies in stored.values()),
        "lost_by_backup": len(acknowledged - restored.keys()),
        "restored_and_never_received": len(restored.keys() - stored.keys()),
        "restored_is_same": is_same,
        "is_expanded": is_expanded,
    }


def _print_phases(phases: list[Phase]) -> None:
    print_table(
        "Phases",
        [
            {
                "phase": phase.name,
                "seconds": phase.seconds,
                "requests": len(phase.times_ms),
                "failed": phase.failed,
                "p50 ms": percentile(phase.times_ms, 0.5),
                "p99 ms": percentile(phase.times_ms, 0.99),
                "longest ms": max(phase.times_ms, default=0.0),
            }
            for phase in phases
        ],
    )


def main() -> None:
    """The command line."""
    with tempfile.TemporaryDirectory(prefix="halfminute-keep-") as place:
        messages = int(os.environ.get("MESSAGES", "200000"))
        print_result(asyncio.run(run(Path(place), messages)))


if __name__ == "__main__":
    main()
