"""The ordered log: numbers without gaps, and readers that neither miss nor repeat an event."""

# ruff: noqa: S311  plays are drawn from seeds, so that each can be played again
from __future__ import annotations

import asyncio
import random
from contextlib import suppress

import asyncpg
import pytest

from halfminute.kit.database import Database
from halfminute.kit.event_log import (
    Cursor,
    Event,
    EventLog,
    LogTail,
    Unit,
    get_last_seq,
    list_stream,
    log_end,
    tables,
)

START = Cursor(0, 0)


async def read_all(database: Database, tail: LogTail, limit: int = 1000) -> list[Event]:
    """Read until nothing is left."""
    events: list[Event] = []
    async with database.connection() as connection:
        while True:
            events += await tail.read(connection, limit)
            if not tail.is_behind:
                return events
            await asyncio.sleep(0.002)


def places(events: list[Event]) -> list[tuple[str, int]]:
    return [(event.stream, event.seq) for event in events]


async def test_an_event_is_told_to_each_stream_with_its_own_number(
    database: Database, log: EventLog
) -> None:
    async with log.write() as unit:
        unit.record("OfferAccepted", {"offer_number": 1}, "queue:1", "agent:1")
        unit.record("OfferAccepted", {"offer_number": 2}, "queue:1")
    async with database.connection() as connection:
        queue = await list_stream(connection, "queue:1", after_seq=0)
        agent = await list_stream(connection, "agent:1", after_seq=0)
        assert await get_last_seq(connection, "queue:1") == 2
        assert await get_last_seq(connection, "queue:2") == 0
    assert [(event.seq, event.data["offer_number"]) for event in queue] == [(1, 1), (2, 2)]
    assert [event.seq for event in agent] == [1]
    assert queue[0].at.tzinfo is not None


async def test_a_unit_that_fails_tells_nothing_and_uses_up_no_number(
    database: Database, log: EventLog
) -> None:
    async def fail() -> None:
        async with log.write() as unit:
            unit.record("Told", {}, "queue:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with log.write() as unit:
        unit.record("Told", {}, "queue:1")
    events = await read_all(database, LogTail(START))
    assert places(events) == [("queue:1", 1)]


async def test_a_part_that_fails_takes_its_events_with_it(
    database: Database, log: EventLog
) -> None:
    async def fail(unit: Unit) -> None:
        async with unit.savepoint():
            unit.record("Inside", {}, "queue:1")
            raise RuntimeError

    async with log.write() as unit:
        unit.record("Before", {}, "queue:1")
        with pytest.raises(RuntimeError):
            await fail(unit)
        unit.record("After", {}, "queue:1")
    events = await read_all(database, LogTail(START))
    assert [event.type for event in events] == ["Before", "After"]


async def test_facts_are_stored_as_they_were_told(database: Database, log: EventLog) -> None:
    data = {
        "quote": "O'Neill ''",
        "slash": "\\' \\n",
        "word": "\u0456\u0300 \U0001f44d",
        "none": None,
    }
    async with log.write() as unit:
        unit.record("Told", data, "queue:'1")
    async with database.connection() as connection:
        [event] = await list_stream(connection, "queue:'1", after_seq=0)
    assert event.data == data


async def test_a_fault_that_was_swallowed_does_not_count_as_stored(log: EventLog) -> None:
    async def swallow() -> None:
        async with log.write() as unit:
            with suppress(asyncpg.PostgresError):
                await unit.connection.execute("select 1 / 0")

    with pytest.raises(RuntimeError, match="failed before"):
        await swallow()


async def test_many_writers_on_the_same_streams_leave_no_gap_and_no_deadlock(
    database: Database, log: EventLog
) -> None:
    streams = [f"queue:{n}" for n in range(5)]

    async def write(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(25):
            async with log.write() as unit:
                for _ in range(dice.randint(1, 3)):
                    unit.record("Told", {}, *dice.sample(streams, dice.randint(1, 5)))

    await asyncio.gather(*(write(seed) for seed in range(8)))
    async with database.connection() as connection:
        for stream in streams:
            events = await list_stream(connection, stream, after_seq=0)
            last_seq = await get_last_seq(connection, stream)
            assert [event.seq for event in events] == list(range(1, last_seq + 1))
            assert [event.position for event in events] == sorted(e.position for e in events)


async def test_a_reader_waits_for_nobody_who_began_earlier_and_misses_nothing(
    database: Database, log: EventLog
) -> None:
    tail = LogTail(START)
    async with log.write() as slow:
        await slow.connection.execute("select pg_current_xact_id()")
        async with log.write() as quick:
            quick.record("Quick", {}, "queue:1")
        quickly = await read_all(database, tail)
        again = await read_all(database, tail)
        slow.record("Slow", {}, "queue:2")
    slowly = await read_all(database, tail)
    assert [event.type for event in quickly] == ["Quick"]
    assert again == []
    assert [event.type for event in slowly] == ["Slow"]
    assert tail.cursor.ahead == frozenset()


async def test_a_transaction_that_stays_open_is_read_ahead_of_so_far_and_no_further(
    database: Database, log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halfminute.kit.event_log.read._MOST_AHEAD", 6)
    tail = LogTail(START)
    async with log.write() as slow:
        await slow.connection.execute("select pg_current_xact_id()")
        for _ in range(5):
            async with log.write() as quick:
                quick.record("Quick", {}, "queue:1", "queue:2")
        ahead = await read_all(database, tail, limit=4)
    rest = await read_all(database, tail)
    assert len(ahead) == 8
    assert sorted(places(ahead + rest)) == [
        (f"queue:{number}", seq) for number in (1, 2) for seq in range(1, 6)
    ]


async def test_a_reader_that_starts_at_the_end_sees_what_is_under_way(
    database: Database, log: EventLog
) -> None:
    async with log.write() as unit:
        unit.record("Old", {}, "queue:1")
    async with log.write() as slow:
        await slow.connection.execute("select pg_current_xact_id()")
        async with database.connection() as connection:
            tail = LogTail(await log_end(connection))
        slow.record("Under way", {}, "queue:1")
    assert [event.type for event in await read_all(database, tail)] == ["Under way"]


async def test_a_limit_cuts_anywhere_and_nothing_is_missed_or_repeated(
    database: Database, log: EventLog
) -> None:
    for _ in range(4):
        async with log.write() as unit:
            for _ in range(3):
                unit.record("Told", {}, "queue:1", "queue:2")
    whole = places(await read_all(database, LogTail(START)))
    assert len(whole) == len(set(whole)) == 24
    for limit in (1, 2, 5, 7, 23, 24, 25):
        assert places(await read_all(database, LogTail(START), limit)) == whole


async def test_the_tail_is_read_by_its_index_and_never_sorted(database: Database) -> None:
    """However long the log has become, and however far behind a reader is."""
    async with database.connection() as connection:
        await connection.execute("set enable_seqscan = off")
        plan = await connection.fetch(f"explain {tables.TAIL}", 0, 0, 1000)
        await connection.execute("reset enable_seqscan")
    told = "\n".join(row[0] for row in plan)
    assert "events_default_xid_position_idx" in told
    assert "Sort" not in told


@pytest.mark.parametrize("seed", range(4))
async def test_no_reader_misses_or_repeats_an_event_whatever_order_writers_commit_in(
    database: Database, log: EventLog, seed: int
) -> None:
    """Writers that think long, roll back, or write at once; readers of every pace beside them."""
    written: list[tuple[str, int]] = []
    is_over = asyncio.Event()

    async def write(dice: random.Random) -> None:
        for _ in range(30):
            stream = f"queue:{dice.randint(1, 6)}"
            try:
                async with log.write() as unit:
                    if dice.random() < 0.7:
                        await unit.connection.execute("select pg_current_xact_id()")
                        await asyncio.sleep(dice.choice([0, 0, 0.001, 0.01, 0.04]))
                    unit.record("Told", {"by": dice.randint(0, 99)}, stream)
                    if dice.random() < 0.15:
                        raise asyncpg.PostgresError
            except asyncpg.PostgresError:
                continue

    async def follow(dice: random.Random) -> list[tuple[str, int]]:
        tail, seen = LogTail(START), []
        while True:
            was_over = is_over.is_set()
            async with database.connection() as connection:
                seen += places(await tail.read(connection, dice.choice([1, 3, 10, 1000])))
            if was_over and not tail.is_behind:
                return seen
            await asyncio.sleep(dice.choice([0, 0.001, 0.01]))

    readers = [asyncio.create_task(follow(random.Random(seed * 31 + n))) for n in range(3)]
    await asyncio.gather(*(write(random.Random(seed * 17 + n)) for n in range(6)))
    is_over.set()
    async with database.connection() as connection:
        rows = await connection.fetch("select stream, seq from events")
    written = sorted((row["stream"], row["seq"]) for row in rows)
    assert len(written) > 100
    for seen in await asyncio.gather(*readers):
        assert len(seen) == len(set(seen))
        assert sorted(seen) == written


async def test_the_naive_cursor_would_miss_events(database: Database, log: EventLog) -> None:
    """Why the log is not read by position alone: this is what would be lost."""
    async with log.write() as slow:
        await slow.connection.execute(
            "insert into events (stream, seq, type, data) values ('queue:1', 1, 'Slow', '{}')"
        )
        async with log.write() as quick:
            quick.record("Quick", {}, "queue:2")
        async with database.connection() as connection:
            newest = await connection.fetchval("select max(position) from events")
    async with database.connection() as connection:
        later = await connection.fetch("select type from events where position > $1", newest)
    assert later == []
    assert len(await read_all(database, LogTail(START))) == 2
