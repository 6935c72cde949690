"""Whoever configures a queue tries it on the last recorded day before it is saved."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Locator, expect

from halfminute.main.parts import open_parts
from tests.journeys.administration import choose, expect_no_barrier, hire_admin, open_dialog
from tests.journeys.conftest import OpenDesk
from tests.journeys.floor import Api, Floor, furnish
from tests.journeys.house import House
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey

CONVERSATIONS = 20
CLOSING = {"is_solved": True, "disposition_code": "question_answered"}
COUNTED = "select coalesce(sum((counters ->> 'offered')::int), 0) from interval_counters"


@pytest.fixture
def counted(maintained: House, open_window: OpenDesk) -> Floor:
    """A queue that has had a day: one agent has answered everybody, one after the other."""
    floor = furnish(maintained, "Анна Ковалёва", wrap_up="none", wrap_up_seconds=0)
    # A window stays open, so that the agent is not taken for lost.
    open_window().sign_in(floor.agent).go_available()
    with floor.sign_in() as agent:
        for number in range(CONVERSATIONS):
            floor.enter(f"Visitor {number}").write("How much is it?")
            conversation_id = agent.accept()
            agent.answer(conversation_id, "Ten.")
            agent.call("POST", f"/api/conversations/{conversation_id}/close", CLOSING)
    wait_until_counted(maintained)
    return floor


def test_a_change_is_tried_before_it_is_saved(open_window: OpenDesk, counted: Floor) -> None:
    desk = open_window().sign_in(hire_admin(counted.house))
    queues = open_dialog(desk, "Queues")
    choose(queues, counted.queue_name)
    attempt = queues.get_by_role("button", name="Try on the last day")
    expect(attempt).to_be_disabled()
    queues.get_by_role("spinbutton", name="Rings for").fill("0")
    attempt.press("Enter")
    expect(queues.get_by_text("A whole number from 1 to 600.")).to_be_visible()
    queues.get_by_role("spinbutton", name="Rings for").fill("30")
    queues.get_by_text("Fixed time", exact=True).click()
    queues.get_by_role("spinbutton", name="Seconds", exact=True).fill("600")
    attempt.press("Enter")

    trial = queues.get_by_role("region", name="On the last recorded day")
    table = trial.get_by_role("table")
    expect(table).to_be_visible(timeout=60_000)
    expect(row_of(table, "Conversations")).to_have_text(["20", "20", "20"])
    # Ten minutes after each of them: the few who are answered are all that one agent can.
    waiting = row_of(table, "Waiting at the end").all_inner_texts()
    assert waiting[:2] == ["0", "0"]
    assert int(waiting[2]) > CONVERSATIONS / 2
    expect_no_barrier(desk.page)

    queues.get_by_role("spinbutton", name="Seconds", exact=True).fill("1")
    expect(trial.get_by_text("You have changed the settings since this trial.")).to_be_visible()
    trial.get_by_role("button", name="Close the trial").press("Enter")
    expect(trial).to_have_count(0)
    with Api(counted.house.url).sign_in(hire_admin(counted.house)) as api:
        [kept] = [q for q in api.call("GET", "/api/queues") if q["name"] == counted.queue_name]
    assert kept["wrap_up"] == "none"


def row_of(table: Locator, name: str) -> Locator:
    """The cells of a row."""
    return table.get_by_role("row", name=name).get_by_role("cell")


def wait_until_counted(house: House) -> None:
    """Until the role that counts has counted all of it."""
    deadline = time.monotonic() + 30
    while run_coroutine(_count(house)) < CONVERSATIONS:
        assert time.monotonic() < deadline, "nobody counted"
        time.sleep(0.2)


async def _count(house: House) -> int:
    async with open_parts(house.settings) as parts, parts.database.connection() as connection:
        return int(await connection.fetchval(COUNTED))
