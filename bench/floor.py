"""The floor below any durable message: pgbench, one ~1 kB row per transaction, 8 connections."""

from __future__ import annotations

import asyncio
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import asyncpg

_TABLE = """
create table if not exists floor_rows (
    id bigint generated always as identity primary key,
    chat bigint not null,
    body text not null,
    at timestamptz not null default now()
);
create index if not exists floor_rows_by_chat on floor_rows (chat)
"""
_SCRIPT = """\\set chat random(1, 1000000)
insert into floor_rows (chat, body) values (:chat, repeat('x', 1000));
"""


@dataclass(frozen=True, slots=True)
class Floor:
    """What the database alone does: transactions per second, and the mean time of one."""

    commits_per_second: float
    commit_mean_ms: float


async def measure_floor(
    dsn: str, pgbench: Path, directory: Path, *, connections: int = 8, seconds: int = 5
) -> Floor:
    """Run pgbench against the very server under test, while nothing else uses it."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(_TABLE)
    await connection.close()
    script = directory / "floor.sql"
    script.write_text(_SCRIPT)
    printed = await asyncio.to_thread(
        subprocess.check_output,
        [
            str(pgbench),
            "--no-vacuum",
            f"--client={connections}",
            "--jobs=2",
            f"--time={seconds}",
            f"--file={script}",
            dsn,
        ],
        text=True,
    )
    return Floor(
        commits_per_second=_figure(r"tps = ([\d.]+)", printed),
        commit_mean_ms=_figure(r"latency average = ([\d.]+) ms", printed),
    )


def _figure(pattern: str, printed: str) -> float:
    found = re.search(pattern, printed)
    if found is None:
        raise RuntimeError(f"pgbench did not print {pattern!r}:\n{printed}")
    return float(found[1])
