"""Bells: in this process at once, in others by the database, and again after a lost connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from halfminute.kit.database import Database
from halfminute.kit.event_log import LOG_TOPIC, EventLog
from halfminute.kit.wakeups import PostgresWakeups, Waker


@asynccontextmanager
async def running(wakeups: PostgresWakeups) -> AsyncIterator[PostgresWakeups]:
    first = wakeups.subscribe("started")
    task = asyncio.create_task(wakeups.run())
    assert await rings(first, 5)  # all bells ring once it listens
    yield wakeups
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def rings(waker: Waker, seconds: float) -> bool:
    """Whether it rings in time."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    await waker.wait(seconds)
    return loop.time() - started < seconds * 0.9


async def test_a_bell_rings_here_at_once_and_without_a_database(database: Database) -> None:
    wakeups = PostgresWakeups(database)
    bell, other = wakeups.subscribe("outbox"), wakeups.subscribe("files")
    wakeups.wake("outbox")
    assert await rings(bell, 1)
    assert not await rings(other, 0.05)


async def test_a_bell_rings_in_another_process(database: Database) -> None:
    async with (
        running(PostgresWakeups(database)) as here,
        running(PostgresWakeups(database)) as there,
    ):
        bell, other = there.subscribe("outbox"), there.subscribe("files")
        here.wake("outbox")
        assert await rings(bell, 5)
        assert not await rings(other, 0.1)


async def test_many_wake_ups_are_few_notifications(database: Database) -> None:
    async with running(PostgresWakeups(database)) as here:
        heard: list[object] = []
        listener = await database.connect()
        await listener.add_listener("halfminute", lambda *told: heard.append(told[-1]))
        for number in range(500):
            here.wake(f"topic{number % 3}")
            if number % 50 == 0:
                await asyncio.sleep(0)
        await asyncio.sleep(0.3)
        await listener.close()
    assert 1 <= len(heard) < 100
    topics = {topic for payload in heard for topic in str(payload).split(",")[1:]}
    assert topics == {"topic0", "topic1", "topic2"}


async def test_a_killed_listener_listens_again_and_rings_for_what_it_may_have_missed(
    database: Database,
) -> None:
    async with (
        running(PostgresWakeups(database)) as here,
        running(PostgresWakeups(database)) as there,
    ):
        bell = there.subscribe("outbox")
        async with database.connection() as connection:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where pid <> pg_backend_pid() and query ilike '%listen%'"
            )
        assert await rings(bell, 5)
        await asyncio.sleep(0.7)
        here.wake("outbox")
        assert await rings(bell, 5)


async def test_a_wake_up_while_the_notifier_is_away_is_sent_when_it_is_back(
    database: Database,
) -> None:
    here = PostgresWakeups(database)
    there = PostgresWakeups(database)
    bell = there.subscribe("outbox")
    async with running(there):
        assert await rings(bell, 5)  # as it does at every connection
        here.wake("outbox")
        assert not await rings(bell, 0.2)
        async with running(here):
            assert await rings(bell, 5)


async def test_the_logs_bell_rings_after_the_commit_only(log: EventLog) -> None:
    bell = log.wakeups.subscribe(LOG_TOPIC)
    async with log.write() as unit:
        unit.record("Told", {}, "queue:1")
        assert not await rings(bell, 0.05)
    assert await rings(bell, 1)
    async with log.write():
        pass
    assert not await rings(bell, 0.05)


async def test_no_bell_rings_for_what_was_undone(log: EventLog) -> None:
    bell = log.wakeups.subscribe("outbox")

    async def fail() -> None:
        async with log.write() as unit:
            unit.wake("outbox")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert not await rings(bell, 0.05)
