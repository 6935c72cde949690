"""Conservation and Little's law in the live counters, over a day by chance through the real verbs.

The counters add up waits, one by one. Here nobody's wait is looked at: the log is gone through in
the order of time, and how many wait is counted from moment to moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import asyncpg
import pytest

from halfminute.kit.time import to_us
from halfminute.reports.counting import count_to_end
from halfminute.reports.keeping import read_counters
from halfminute_engine.service_level.counters import ContactCounters
from tests.reports.day import Day, Hustle

ENDS = {
    "ReplyQueued",
    "AccountOwnerReplied",
    "ConversationEndedByContact",
    "WrapUpStarted",
    "ConversationClosed",
}


@pytest.mark.parametrize("seed", [5, 6])
async def test_all_who_came_are_somewhere_and_waited_as_long_as_they_were_many(
    day: Day, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - the same day again
    queues = [await day.open_queue(name) for name in ("Bills", "Roaming")]
    agents = [await day.add_agent(*queues, name=f"Agent {number}") for number in range(3)]
    hustle = Hustle(day, random, queues, agents)
    async with day.routing():
        for _ in range(250):
            await hustle.step()
    await count_to_end(day.database)

    counted = ContactCounters()
    for row in await day.fetch("select counters from interval_counters"):
        counted += read_counters(row)
    still_since = await day.fetch(
        "select queued_us from report_matters where queued_us is not null and wait_end is null"
    )
    assert counted.offered == counted.waits.count + len(still_since)
    assert counted.waits.count > 0

    events = await day.fetch(
        """select stream, type, at from events where stream like 'conversation:%'
            order by stream, seq"""
    )
    until_us = max(to_us(event["at"]) for event in events)
    still_us = sum(until_us - row["queued_us"] for row in still_since)
    assert waiting_integral(events, until_us) == counted.waits.total_us + still_us


def waiting_integral(events: list[asyncpg.Record], until_us: int) -> int:
    """How many wait for the first words, times how long, in microseconds up to this moment."""
    area_us = waiting = since_us = 0
    for at_us, step in [*sorted(_steps(events)), (until_us, 0)]:
        area_us += waiting * (at_us - since_us)
        since_us, waiting = at_us, waiting + step
    return area_us


def _steps(events: list[asyncpg.Record]) -> Iterator[tuple[int, int]]:
    """One more waits from a moment on, or one less; who changes queues goes on waiting."""
    stream, since_us = "", None
    for event in events:
        if event["stream"] != stream:
            stream, since_us = event["stream"], None
        at_us = to_us(event["at"])
        if event["type"] == "ConversationQueued" and since_us is None:
            since_us = at_us
            yield at_us, 1
        elif event["type"] in ENDS and since_us is not None:
            # Who began earlier may have waited for a lock: an end may seem to be before its start.
            yield max(at_us, since_us), -1
            since_us = None
