"""Months have partitions of their own, also those that were made too late."""

from __future__ import annotations

import asyncio

from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog, list_stream
from halfminute.kit.partitions import list_missing_partitions, make_partitions

_PLACES = "select tableoid::regclass::text as place, seq from events order by seq"


async def _places(database: Database) -> list[tuple[str, int]]:
    async with database.connection() as connection:
        return [(row["place"], row["seq"]) for row in await connection.fetch(_PLACES)]


async def _tell(log: EventLog) -> None:
    async with log.write() as unit:
        unit.record("Told", {}, "queue:1")


async def test_what_came_before_its_month_was_made_moves_there(
    database: Database, log: EventLog
) -> None:
    await _tell(log)
    assert [place for place, _ in await _places(database)] == ["events_default"]

    await make_partitions(database)
    await _tell(log)

    [first, second] = await _places(database)
    assert first[0] == second[0] != "events_default"
    assert (first[1], second[1]) == (1, 2)
    async with database.connection() as connection:
        assert await list_missing_partitions(connection, 3) == []
        assert len(await list_stream(connection, "queue:1", after_seq=0)) == 2


async def test_every_table_gets_its_months_with_its_indexes_and_references(
    database: Database,
) -> None:
    await make_partitions(database)
    statement = """
        select t.name,
               (select count(*) from pg_inherits i where i.inhparent = t.name::regclass) as parts,
               (select count(*) from pg_index x join pg_inherits i on i.inhrelid = x.indrelid
                 where i.inhparent = t.name::regclass) as indexes,
               (select count(*) from pg_index x where x.indrelid = t.name::regclass) as own,
               (select count(*) from pg_constraint c join pg_inherits i on i.inhrelid = c.conrelid
                 where i.inhparent = t.name::regclass and c.contype = 'f') as "references",
               (select count(*) from pg_constraint c
                 where c.conrelid = t.name::regclass and c.contype = 'f') as own_references
          from partitioned_tables t"""
    async with database.connection() as connection:
        rows = await connection.fetch(statement)
    assert len(rows) >= 5
    for row in rows:
        assert row["parts"] == 6  # five months and the default
        assert row["indexes"] == row["parts"] * row["own"]
        assert row["references"] == row["parts"] * row["own_references"]


async def test_made_twice_and_beside_writers_nothing_is_lost(
    database: Database, log: EventLog
) -> None:
    writers = [asyncio.create_task(_tell(log)) for _ in range(30)]
    await asyncio.gather(make_partitions(database), make_partitions(database), *writers)
    await make_partitions(database)
    assert [seq for _, seq in await _places(database)] == list(range(1, 31))
