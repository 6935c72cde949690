"""The wallboard as people of different rights read it, and what its figures are made of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from halfminute.conversations.access import Sight, sight_of
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.kit.time import utc_now
from halfminute.reports.board import Board, Reading, read_books
from halfminute.reports.counting import count_on, count_to_end
from halfminute.reports.figures import figures_of, known_target, window_of
from halfminute.reports.queries import show_reading
from halfminute.reports.recount import recount
from halfminute.reports.types import Cell, Count
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.durations import SECOND_US, DurationTally
from tests.callers import AGENT, Callers, open_application
from tests.reports.day import Day

ALL = Grant("supervisor", "all")
EVERYTHING: Sight = sight_of(SYSTEM, "report.read")


class House(NamedTuple):
    """A centre with people at their browsers, two queues and an agent in each."""

    day: Day
    callers: Callers
    queues: tuple[UUID, UUID]
    agents: tuple[UUID, UUID]

    async def look(self, *grants: Grant) -> dict[str, Any]:
        await count_to_end(self.day.database)
        supervisor = await self.callers.sign_in(f"Sara{uuid4().hex[:6]}", *grants)
        answer = await supervisor.ask("GET", "/api/wallboard")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
async def house(day: Day, tmp_path: Path) -> AsyncIterator[House]:
    queues = await day.open_queue("Bills"), await day.open_queue("Roaming")
    agents = [await day.add_agent(queue, name=f"Agent {queue}") for queue in queues]
    async with open_application(day.log, tmp_path / "data", day.scene.registry) as callers:
        yield House(day, callers, queues, (agents[0], agents[1]))


async def test_every_tile_tells_what_has_happened(house: House) -> None:
    day, (bills, roaming) = house.day, house.queues
    answered, silent, left = [await day.write(bills) for _ in range(3)]
    await day.write(bills)
    await day.write(roaming)
    for conversation_id in (answered, silent):
        await day.take(conversation_id, house.agents[0])
        await day.reply(conversation_id, house.agents[0])
    await day.finish(answered, house.agents[0])
    await day.finish(silent, house.agents[0], is_solved=False)
    await day.execute("update queues set wrap_up = 'none'")
    await day.leave(left)
    for conversation_id in (answered, silent):
        await day.finish_wrap_up(conversation_id)  # type: ignore[arg-type]

    board = await house.look(ALL)

    first = next(queue for queue in board["queues"] if queue["queue_id"] == str(bills))
    expected = {
        "name": "Bills",
        "waiting_count": 1,
        "answered_count": 2,
        "abandoned_count": 1,
        "silent_count": 1,
        "closed_count": 3,
        "service_level": pytest.approx(2 / 3),
        "solved_within_ratio": 0.5,
        "target_seconds": 30,
    }
    assert {name: first[name] for name in expected} == expected
    assert board["total"]["waiting_count"] == 2
    assert [channel["channel_kind"] for channel in board["channels"]] == ["plain"]
    assert board["agents"] == {"available": 2, "busy": 0, "away": 0, "offline": 0}
    assert board["targets"] == {
        "mean_wait_seconds": 30,
        "solved_within_seconds": 180,
        "solved_within_ratio": 0.98,
    }
    assert sum(quarter["offered_count"] for quarter in board["quarters"]) == 5


async def test_taken_and_not_answered_is_told_apart(house: House) -> None:
    conversation_id = await house.day.write(house.queues[0])
    await house.day.take(conversation_id, house.agents[0])

    total = (await house.look(ALL))["total"]

    assert (total["waiting_count"], total["unanswered_count"]) == (0, 1)
    assert (total["waiting_since"], total["mean_wait_seconds"]) == (None, None)


async def test_a_supervisor_of_one_queue_sees_that_queue_and_its_agents(house: House) -> None:
    for queue_id in house.queues:
        await house.day.write(queue_id)

    board = await house.look(Grant("supervisor", "queue", house.queues[0]))

    assert [queue["name"] for queue in board["queues"]] == ["Bills"]
    assert board["total"]["waiting_count"] == 1
    assert sum(board["agents"].values()) == 1
    assert sum(quarter["offered_count"] for quarter in board["quarters"]) == 1


async def test_an_agent_sees_no_wallboard(house: House) -> None:
    agent = await house.callers.sign_in("Ada", AGENT)
    await agent.is_refused(403, "forbidden", "GET", "/api/wallboard", None)


async def test_before_anything_is_counted_there_is_no_age(house: House) -> None:
    supervisor = await house.callers.sign_in("Sara", ALL)
    board = (await supervisor.ask("GET", "/api/wallboard")).json()
    assert (board["as_of"], board["window_since"]) == (None, None)


async def test_the_figures_are_as_old_as_what_was_counted_last(day: Day) -> None:
    queue_id = await day.open_queue("Bills")
    await day.write(queue_id)
    await day.execute("update events set at = at - interval '1 hour'")
    began_at = utc_now()

    await count_on(day.database, batch=1)
    behind = (await read_books(day.database)).as_of
    assert behind is not None
    assert behind < began_at - timedelta(minutes=50)

    await count_to_end(day.database)
    at_the_end = (await read_books(day.database)).as_of
    assert at_the_end is not None
    assert at_the_end >= began_at


async def test_the_tiles_are_what_the_recount_says(house: House) -> None:
    await house.day.leave(await house.day.write(house.queues[0]))
    for queue_id in house.queues * 2:
        conversation_id = await house.day.write(queue_id)
        await house.day.take(conversation_id, house.agents[house.queues.index(queue_id)])
        await house.day.reply(conversation_id, house.agents[house.queues.index(queue_id)])
    await count_to_end(house.day.database)
    reading = await read_books(house.day.database)
    async with house.day.database.transaction(isolation="repeatable_read") as connection:
        tally = await recount(connection)

    assert reading.window is not None
    since_us = reading.window.first_at.timestamp() * SECOND_US
    waits = [
        count
        for place, count in tally.books.items()
        if place.book == "waits" and place.start_us >= since_us
    ]
    counted = sum(waits, start=Count(ContactCounters())).counters
    shown = show_reading(reading, EVERYTHING).total
    assert shown.answered_count == counted.answered.count == 4
    assert shown.mean_wait_seconds == counted.waits.mean_seconds()
    assert shown.longest_wait_seconds == counted.waits.longest_us / SECOND_US
    assert shown.asa_seconds == counted.answered.mean_seconds()
    whole = counted.answered_from_first_queue.mean_seconds()
    assert shown.asa_from_first_queue_seconds == whole


async def test_who_looks_at_once_looks_at_one_reading(day: Day) -> None:
    now = 0.0
    board = Board(day.database, clock=lambda: now)

    queue_id = await day.open_queue("Bills")
    await count_to_end(day.database)
    first = await board.read()
    await day.write(queue_id)
    await count_to_end(day.database)
    assert await board.read() is first
    now = 0.5
    second = await board.read()
    assert [cell.waiting_count for cell in second.cells] == [1]
    assert second.quarters == []
    now = 10.0
    assert [quarter.counters.offered for quarter in (await board.read()).quarters] == [1]


def test_the_window_is_the_present_minute_and_the_fourteen_before_it() -> None:
    window = window_of(datetime(2026, 11, 2, 12, 20, 59, 999_999, tzinfo=UTC))
    assert window.first_at == datetime(2026, 11, 2, 12, 6, tzinfo=UTC)
    assert window.last_at - window.first_at == timedelta(minutes=14)


@pytest.mark.parametrize(
    ("seconds", "known"), [(1, 1), (30, 30), (124, 120), (125, 125), (601, 600)]
)
def test_a_target_that_is_not_counted_is_taken_for_the_next_stricter(
    seconds: int, known: int
) -> None:
    assert known_target(seconds) == known


def test_each_queue_is_held_to_its_own_target() -> None:
    slow, quick = uuid4(), uuid4()
    waits = Count(ContactCounters(offered=1, answered=DurationTally.of([20 * SECOND_US])))
    cells = [
        Cell(queue, "a", 0, None, 0, waits, Count(ContactCounters())) for queue in (slow, quick)
    ]

    figures = figures_of(cells, {slow: 60, quick: 10})

    assert (figures.service_level, figures.target_seconds) == (0.5, None)


def test_of_nothing_there_is_no_ratio() -> None:
    figures = show_reading(Reading(None, None, [], [], [], {}), EVERYTHING).total
    assert (figures.service_level, figures.solved_within_ratio, figures.abandon_ratio) == (
        None,
        None,
        None,
    )
