"""A supervisor watches what customers and agents do, and is told when the figures are old."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from halfminute.identity.principals import Grant
from halfminute.kit.database import Database
from halfminute.main.parts import open_parts
from halfminute.reports.recount import Difference, find_differences
from tests.journeys.conftest import OpenDesk
from tests.journeys.floor import Agent, Floor, hire
from tests.journeys.house import House
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey


@pytest.fixture
def supervisor(floor: Floor) -> Agent:
    """Of this floor's queue alone: other tests have their own."""

    async def hire_one() -> Agent:
        async with open_parts(floor.house.settings) as parts:
            email = f"sara{floor.bot_id}@halfminute.example"
            grants = Grant("agent", "own"), Grant("supervisor", "queue", floor.queue_id)
            return await hire(parts, "Sara", email, *grants)

    return run_coroutine(hire_one())


def _tile(page: Page, name: str, value: str) -> None:
    expect(page.locator(f"[data-tile='{name}'] [data-value]")).to_have_text(value)


def _differences(house: House) -> list[Difference]:
    async def look() -> list[Difference]:
        database = Database(house.settings.database_url, pool_size=1)
        await database.open()
        try:
            return await find_differences(database)
        finally:
            await database.close()

    return run_coroutine(look())


def test_a_supervisor_watches_a_conversation_from_its_coming_to_its_end(
    maintained: House, floor: Floor, supervisor: Agent, open_window: OpenDesk
) -> None:
    desk = open_window().sign_in(supervisor)
    page = desk.page
    page.get_by_role("button", name="Wallboard").click()
    _tile(page, "waiting", "0")

    floor.enter("Maria Sokolova").write("Where is my parcel?")
    _tile(page, "waiting", "1")
    with floor.sign_in() as api:
        api.set_presence("available")
        conversation_id = api.accept()
        expect(page.get_by_text("1 more taken, not answered yet")).to_be_visible()
        api.answer(conversation_id, "At your door.")
        expect(page.locator("[data-tile='wait']")).to_contain_text("1 answered")
        closing = {"is_solved": True, "disposition_code": "question_answered"}
        api.call("POST", f"/api/conversations/{conversation_id}/close", closing)
        api.call("POST", f"/api/conversations/{conversation_id}/finish-wrap-up")
    _tile(page, "solved", "100%")
    _tile(page, "level", "100%")
    expect(page.locator(f"[data-row='{floor.queue_name}']")).to_be_visible()
    assert _differences(maintained) == []


def test_figures_that_nobody_counts_grow_old_and_are_young_again(
    maintained: House, floor: Floor, supervisor: Agent, open_window: OpenDesk
) -> None:
    page = open_window().sign_in(supervisor).page
    page.get_by_role("button", name="Wallboard").click()
    expect(page.locator("[data-age]")).to_contain_text("Figures")

    maintained.kill("maintenance")
    floor.enter("Maria Sokolova").write("Anybody?")
    expect(page.locator("[data-age]")).to_contain_text("Old figures, as of")
    _tile(page, "waiting", "0")

    maintained.start("maintenance")
    expect(page.locator("[data-age]")).not_to_contain_text("Old figures")
    _tile(page, "waiting", "1")
