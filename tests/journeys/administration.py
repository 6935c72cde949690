"""Who configures the house, and the dialogs of the desk in which that is done."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.schemas import AgentSettings
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.main.parts import open_parts
from tests.journeys.desks import Desk
from tests.journeys.floor import Agent, Floor, hire
from tests.journeys.house import House
from tests.postgres import run_coroutine

OVERHANG = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def hire_admin(house: House) -> Agent:
    """Somebody who may all."""
    return run_coroutine(_hire_admin(house))


async def _hire_admin(house: House) -> Agent:
    email = f"admin{next(house.numbers)}@halfminute.example"
    async with open_parts(house.settings) as parts:
        return await hire(parts, "Admin", email, Grant("admin", "all"))


def set_units(floor: Floor, **units_by_kind: int) -> None:
    """Of a hundred, one conversation of each kind takes so many of each agent's units."""

    async def set_all() -> None:
        settings = AgentSettings(units_by_kind=units_by_kind)
        async with open_parts(floor.house.settings) as parts:
            for agent in floor.agents:
                await configure_agent(parts.log, SYSTEM, agent.id, settings)

    run_coroutine(set_all())


def find(items: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The one of this name."""
    [found] = [item for item in items if item["name"] == name]
    return found


def open_dialog(desk: Desk, name: str) -> Locator:
    """A dialog of the account's menu, opened by the keyboard."""
    page = desk.page
    page.get_by_role("button", name=re.compile(": account$")).press("Enter")
    page.get_by_role("menuitem", name=name, exact=True).press("Enter")
    dialog = page.get_by_role("dialog", name=name)
    expect(dialog).to_be_visible()
    return dialog


def choose(dialog: Locator, name: str) -> None:
    """One in the dialog's list."""
    dialog.get_by_role("navigation").get_by_role("button", name=name).click()
    expect(dialog.get_by_role("heading", level=2, name=name)).to_be_visible()


def save(dialog: Locator) -> None:
    """Save what was changed."""
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()


def expect_no_barrier(page: Page) -> None:
    """Axe finds nothing, and nothing sticks out of the window."""
    page.wait_for_timeout(500)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(OVERHANG) == 0
