"""Settings that are tried on the last recorded day, as the desk asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from halfminute.identity.principals import SYSTEM, Grant
from halfminute.kit.database import Database
from halfminute.queues.actions.configure_calendar import configure_calendar
from halfminute.queues.schemas_calendars import CalendarSettings
from halfminute.reports.counting import count_to_end
from halfminute.workforce.replay.child import run
from tests.callers import AGENT, Caller, Callers, open_application
from tests.reports.day import Day
from tests.routing.centre import eventually
from tests.workforce.recorded_day import playing

ALL = Grant("supervisor", "all")
SETTINGS: dict[str, Any] = {
    "name": "Line",
    "wrap_up": "fixed",
    "wrap_up_seconds": 60,
    "target_seconds": 30,
}
_OLD = "update replays set seen_at = now() - interval '1 minute'"


class House(NamedTuple):
    """A centre with a recorded day of one queue, and another queue to which nobody came."""

    day: Day
    callers: Callers
    queue_id: UUID
    other_id: UUID

    async def sign_in(self, *grants: Grant) -> Caller:
        return await self.callers.sign_in(f"Sara{uuid4().hex[:6]}", *grants)

    def asked(self, **settings: Any) -> dict[str, Any]:
        return {"queue_id": str(self.queue_id), "queue": SETTINGS | settings}


@asynccontextmanager
async def open_house(day: Day, directory: Path, *, conversations: int) -> AsyncIterator[House]:
    queue_id = await day.open_queue("Line", wrap_up="none", wrap_up_seconds=0)
    other_id = await day.open_queue("Other")
    async with playing(day) as play:
        calendar = CalendarSettings(
            name="Always", time_zone=play.named.time_zone, weekly=[[] for _ in range(7)]
        )
        await configure_calendar(day.log, SYSTEM, calendar)
        room: dict[str, Any] = {"capacity_units": 34, "units_by_kind": {"plain": 34}}
        agent_id = await play.at(-60, day.add_agent(queue_id, **room))
        for number in range(conversations):
            conversation_id = await play.at(60 * number, day.write(queue_id))
            await play.take(60 * number, agent_id, conversation_id)
            await play.at(60 * number + 30, day.finish(conversation_id, agent_id))
    await count_to_end(day.database)
    async with open_application(day.log, directory, day.scene.registry) as callers:
        yield House(day, callers, queue_id, other_id)


@pytest.fixture
async def house(day: Day, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(day, tmp_path / "data", conversations=20) as opened:
        yield opened


async def asked_for(caller: Caller, house: House, **settings: Any) -> dict[str, Any]:
    answer = await caller.ask("POST", "/api/replays", house.asked(**settings))
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_change_is_tried_in_a_process_of_its_own(house: House) -> None:
    supervisor = await house.sign_in(ALL)
    begun = await asked_for(supervisor, house)
    assert begun["state"] == "running"

    async def look() -> dict[str, Any] | None:
        told: dict[str, Any] = (await supervisor.ask("GET", f"/api/replays/{begun['id']}")).json()
        return told if told["state"] != "running" else None

    for _ in range(6):  # a Python begins, on a machine that has much to do
        try:
            over = await eventually(look)
            break
        except TimeoutError:
            continue
    assert (over["state"], over["progress"]) == ("done", 1)
    result = over["result"]
    assert result["trust"] == "close"
    assert result["total"]["recorded"]["conversations"] == 20
    assert result["total"]["as_is"]["mean_wait_seconds"] == 0
    assert result["total"]["as_would_be"]["longest_wait_seconds"] == 19 * 30
    assert [queue["name"] for queue in result["queues"]] == ["Line"]
    # Nothing was changed by it.
    assert await house.day.fetchval("select wrap_up from queues where name = 'Line'") == "none"


async def test_who_sees_one_queue_sees_no_total(house: House) -> None:
    theirs, another = (
        Grant("supervisor", "queue", scope_id=house.queue_id),
        Grant("supervisor", "queue", scope_id=house.other_id),
    )
    supervisor, stranger = await house.sign_in(theirs), await house.sign_in(another)
    begun = await asked_for(supervisor, house)
    await finish(house, begun["id"])
    told = (await supervisor.ask("GET", f"/api/replays/{begun['id']}")).json()
    assert told["result"]["total"] is None
    assert [queue["name"] for queue in told["result"]["queues"]] == ["Line"]
    path = f"/api/replays/{begun['id']}"
    assert (await stranger.ask("GET", path)).json()["code"] == "replay_not_found"
    assert (await stranger.ask("DELETE", path)).json()["code"] == "replay_not_found"
    assert (await stranger.ask("POST", "/api/replays", house.asked())).status_code == 404
    agent = await house.sign_in(AGENT)
    assert (await agent.ask("GET", path)).status_code == 403


async def test_one_at_a_time_and_what_is_cancelled_ends(house: House) -> None:
    supervisor = await house.sign_in(ALL)
    begun = await asked_for(supervisor, house)
    again = await supervisor.ask("POST", "/api/replays", house.asked())
    assert (again.status_code, again.json()["code"]) == (409, "replay_under_way")
    assert (await supervisor.ask("DELETE", f"/api/replays/{begun['id']}")).status_code == 204
    told = (await supervisor.ask("GET", f"/api/replays/{begun['id']}")).json()
    assert (told["state"], told["result"]) == ("cancelled", None)
    assert (await supervisor.ask("DELETE", f"/api/replays/{begun['id']}")).status_code == 204
    # Its process keeps nothing of what it did meanwhile.
    await finish(house, begun["id"])
    state = "select state from replays where id = $1"
    assert await house.day.fetchval(state, UUID(begun["id"])) == "cancelled"
    assert (await asked_for(supervisor, house))["state"] == "running"


async def test_a_process_that_is_no_more_bars_nobody(house: House) -> None:
    supervisor = await house.sign_in(ALL)
    begun = await asked_for(supervisor, house)
    await house.day.execute(_OLD)
    assert (await asked_for(supervisor, house))["state"] == "running"
    told = (await supervisor.ask("GET", f"/api/replays/{begun['id']}")).json()
    assert (told["state"], told["error_code"]) == ("failed", "replay_lost")


REFUSED: dict[str, dict[str, Any]] = {
    "invalid_request": {"offer_timeout_seconds": 0},
    "queue_cannot_be_tried": {"is_enabled": False},
    "invalid_queue_rules": {"rules": {"overflow": {"after_seconds": 5, "kind": "queue"}}},
}


async def test_what_cannot_be_saved_cannot_be_tried(house: House) -> None:
    supervisor = await house.sign_in(ALL)
    for code, settings in REFUSED.items():
        answer = await supervisor.ask("POST", "/api/replays", house.asked(**settings))
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    missing = {"queue_id": str(uuid4()), "queue": SETTINGS}
    answer = await supervisor.ask("POST", "/api/replays", missing)
    assert (answer.status_code, answer.json()["code"]) == (404, "queue_not_found")
    assert await house.day.fetchval("select count(*) from replays") == 0


async def test_without_a_day_it_says_so(day: Day, tmp_path: Path) -> None:
    async with open_house(day, tmp_path / "data", conversations=3) as house:
        supervisor = await house.sign_in(ALL)
        answer = await supervisor.ask("POST", "/api/replays", house.asked())
    assert (answer.status_code, answer.json()["code"]) == (404, "no_recorded_day")


async def finish(house: House, replay_id: str) -> None:
    """The same in this process, whoever is first."""
    database = Database(house.day.database.url, pool_size=2)
    await database.open()
    try:
        await run(database, UUID(replay_id))
    finally:
        await database.close()
    over = "select state <> 'running' from replays where id = $1"

    async def look() -> bool:
        return bool(await house.day.fetchval(over, UUID(replay_id)))

    await asyncio.wait_for(eventually(look), 30)
