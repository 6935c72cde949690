"""Whatever the log looks like, and however it is cut, it is counted as a recount of it says.

The log is written row by row here: with transactions that overtook each other, and with times and
orders that a play would have to wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halfminute.kit.database import Database
from halfminute.kit.event_log import stream_name
from halfminute.kit.time import utc_now
from halfminute.reports.actions.rebuild_facts import rebuild_facts
from halfminute.reports.counting import count_on, count_to_end
from halfminute.reports.recount import find_differences
from tests.postgres import PostgresServer

T = TypeVar("T")

# Of late, because minutes are kept and compared for two days.
NOON = utc_now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=12)
QUEUES = (uuid4(), uuid4())
WRITE = """
insert into events (position, xid, stream, seq, at, type, data)
select * from unnest($1::bigint[], $2::text[]::xid8[], $3::text[], $4::bigint[], $5::timestamptz[],
                     $6::text[], $7::jsonb[])
"""


def _data(draw: st.DrawFn, event_type: str) -> dict[str, Any]:
    match event_type:
        case "ConversationQueued":
            queue_id = draw(st.sampled_from(QUEUES))
            return {"queue_id": str(queue_id), "channel_kind": draw(st.sampled_from(("a", "b")))}
        case "ConversationAssigned":
            return {"by": "offer", "channel_kind": "a"}
        case "WrapUpStarted" | "OutcomeChosen" | "ConversationClosed":
            return {"is_solved": draw(st.sampled_from((True, False, None)))}
    return {}


# Which facts may come next; what comes in wrap-up again is the customer's.
_NEXT: dict[str, tuple[str, ...]] = {
    "new": (
        *("MessageReceived", "ConversationAssigned", "ConversationClosed"),
        *["ConversationQueued"] * 5,
    ),
    "queued": (
        *("MessageReceived", "ConversationOffered", "ReplyQueued", "ConversationEndedByContact"),
        *("ConversationClosed", "ConversationQueued"),
        *["ConversationAssigned"] * 4,
    ),
    "held": (
        *("MessageReceived", "MessageSent", "ConversationClosed", "ConversationEndedByContact"),
        *("ConversationAssigned", "ConversationQueued"),
        *["ReplyQueued"] * 3,
        *["WrapUpStarted"] * 2,
    ),
    "wrap_up": ("OutcomeChosen", "Resumed", "ConversationClosed"),
    "closed": ("ConversationReopened",),
}
_STATE = {
    "ConversationQueued": "queued",
    "ConversationAssigned": "held",
    "Resumed": "held",
    "WrapUpStarted": "wrap_up",
    "ConversationClosed": "closed",
    "ConversationReopened": "new",
}


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[str, dict[str, Any], float]]:
    """The facts of one conversation, each with the seconds since the one before."""
    state = "new"
    facts: list[tuple[str, dict[str, Any], float]] = [
        ("ConversationOpened", {}, draw(st.floats(0, 3000)))
    ]
    for _ in range(draw(st.integers(1, 16))):
        kind = draw(st.sampled_from(_NEXT[state]))
        state = _STATE.get(kind, state)
        gap = draw(st.one_of(st.just(0.0), st.floats(-0.5, 400)))
        is_resumed = kind == "Resumed"
        name = "ConversationAssigned" if is_resumed else kind
        data = {"by": "reopen", "channel_kind": "a"} if is_resumed else _data(draw, kind)
        facts.append((name, data, gap))
    return facts


@st.composite
def logs(draw: st.DrawFn) -> list[list[Any]]:
    """The log's columns: streams mixed by chance, and neighbours in transactions that overtook."""
    rows: list[list[Any]] = []
    for life in draw(st.lists(lives(), min_size=1, max_size=5)):
        stream, at = stream_name("conversation", uuid4()), NOON
        for seq, (event_type, data, gap) in enumerate(life, start=1):
            at += timedelta(seconds=gap)
            rows.append([stream, seq, at, event_type, data])
    order = sorted(range(len(rows)), key=lambda n: (rows[n][2], n))
    positions = {n: place for place, n in enumerate(order, start=1)}
    # A transaction's number is given when it begins to write, and it may wait for a later one.
    for place in range(len(order) - 1):
        one, other = order[place : place + 2]
        if draw(st.booleans()) and rows[other][2] - rows[one][2] < timedelta(seconds=5):
            order[place], order[place + 1] = other, one
    xids = {n: str(place) for place, n in enumerate(order, start=3)}
    told = [[positions[n], xids[n], *rows[n]] for n in range(len(rows))]
    return [list(column) for column in zip(*told, strict=True)]


class Books:
    """A database whose log is a test's own."""

    def __init__(self, url: str, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.database = Database(url, pool_size=2)
        self.run(self.database.open())

    def run(self, coroutine: Awaitable[T]) -> T:
        return self.loop.run_until_complete(coroutine)

    async def write(self, columns: list[list[Any]]) -> None:
        async with self.database.connection() as connection:
            await connection.execute("truncate events, interval_counters, minute_counters")
            await connection.execute(WRITE, *columns)
        await rebuild_facts(self.database)

    async def dump(self) -> list[list[Any]]:
        async with self.database.connection() as connection:
            return [
                await connection.fetch(f"select * from {table} order by {table}::text")  # noqa: S608
                for table in ("interval_counters", "minute_counters", "report_matters")
            ]


@pytest.fixture(scope="module")
def books(postgres_server: PostgresServer) -> Iterator[Books]:
    loop = asyncio.new_event_loop()
    with postgres_server.database(is_migrated=True) as url:
        books = Books(url, loop)
        yield books
        books.run(books.database.close())
    loop.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(columns=logs(), batch=st.sampled_from((1, 2, 3, 7, 1000)))
def test_however_the_log_is_cut_it_is_counted_as_its_recount(
    books: Books, columns: list[list[Any]], batch: int
) -> None:
    async def count() -> None:
        await books.write(columns)
        while (await count_on(books.database, batch=batch)).is_behind:
            assert await find_differences(books.database) == []
        assert await find_differences(books.database) == []
        counted = await books.dump()
        await rebuild_facts(books.database)
        await count_to_end(books.database)
        assert await books.dump() == counted

    books.run(count())
