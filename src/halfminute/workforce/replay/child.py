"""The process that replays a day: `python -m halfminute.workforce.replay.child REPLAY`.

It says twice a second how far it is, and ends when nobody waits for it any more.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import msgspec

from halfminute.kit.database import Database
from halfminute.kit.errors import HalfminuteError
from halfminute.kit.time import utc_now
from halfminute.queues.schemas import QueueSettings
from halfminute.workforce.replay.days import day_of
from halfminute.workforce.replay.process import DATABASE_VARIABLE
from halfminute.workforce.replay.recording import Recording, read_recording
from halfminute.workforce.replay.running import compare, document_of
from halfminute.workforce.replay.setup import Setup, read_setup
from halfminute.workforce.tables import replays as tables

_REPORT_SECONDS: Final = 0.5
# What routes and answers goes first on this machine.
_NICENESS: Final = 10
# How many there are to be read is not known before they are: half of the bar at so many.
_READ_SHARE: Final = 0.3
_HALF_READ: Final = 5000


class Cancelled(Exception):
    """Nobody waits for it any more."""


class Progress:
    """How far the replay is, as a share of 1; set in one thread and reported by another."""

    def __init__(self) -> None:
        """Nothing is done yet."""
        self.share = 0.0

    def note_read(self, count: int) -> None:
        """So many conversations have been read."""
        self.share = _READ_SHARE * count / (count + _HALF_READ)

    def note_replayed(self, share: float) -> None:
        """So much has been replayed."""
        self.share = _READ_SHARE + (1 - _READ_SHARE) * share


async def run(database: Database, replay_id: UUID) -> None:
    """Replay, and keep what it shows or why it does not. Raises DatabaseUnavailable."""
    async with database.connection() as connection:
        row = await connection.fetchrow(tables.GET, replay_id)
    if row is None or row["state"] != "running":
        return
    progress = Progress()
    work = asyncio.create_task(_replay(database, row, progress))
    try:
        await _report_until_done(database, replay_id, progress, work)
        document = await work
    except Cancelled:
        return
    except HalfminuteError as error:
        await _end(database, replay_id, "failed", None, error.code, error.message)
    except Exception:
        await _end(database, replay_id, "failed", None, "replay_broke", "")
        raise
    else:
        await _end(database, replay_id, "done", document, "", "")


async def _report_until_done(
    database: Database, replay_id: UUID, progress: Progress, work: asyncio.Task[Any]
) -> None:
    while not work.done():
        await asyncio.wait([work], timeout=_REPORT_SECONDS)
        async with database.connection() as connection:
            if await connection.fetchval(tables.REPORT, replay_id, progress.share) is None:
                raise Cancelled


async def _replay(database: Database, row: Any, progress: Progress) -> dict[str, Any]:
    day = day_of(row["day"], row["time_zone"])
    settings = msgspec.convert(row["settings"], QueueSettings)
    async with database.transaction(isolation="repeatable_read") as connection:
        setup = await read_setup(connection)
        changed = setup.with_queue(row["queue_id"], settings, row["agent_ids"])
        recording = await read_recording(connection, day, setup, utc_now(), tell=progress.note_read)
    return await asyncio.to_thread(_compare, recording, setup, changed, progress.note_replayed)


def _compare(
    recording: Recording, setup: Setup, changed: Setup, tell: Callable[[float], None]
) -> dict[str, Any]:
    return document_of(compare(recording, setup, changed, tell=tell))


async def _end(database: Database, replay_id: UUID, *ending: object) -> None:
    async with database.connection() as connection:
        await connection.fetchval(tables.END, replay_id, *ending)


async def _main(replay_id: UUID) -> None:
    database = Database(os.environ[DATABASE_VARIABLE], pool_size=2)
    await database.open()
    try:
        await run(database, replay_id)
    finally:
        await database.close()


if __name__ == "__main__":
    os.nice(_NICENESS)
    asyncio.run(_main(UUID(sys.argv[1])))
    # A thread that is still replaying for nobody is not waited for.
    os._exit(0)
