"""An administrator says when a queue is open; who writes while it is closed is told, and waits."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.administration import choose, expect_no_barrier, hire_admin, open_dialog, save
from tests.journeys.conftest import OpenDesk
from tests.journeys.floor import Agent, Floor

pytestmark = pytest.mark.journey


@pytest.fixture
def admin(floor: Floor) -> Agent:
    return hire_admin(floor.house)


def test_who_writes_while_it_is_closed_is_told_and_rings_at_the_opening(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    desk = open_window().sign_in(admin)
    calendars = open_dialog(desk, "Opening hours")
    calendars.get_by_role("button", name="New calendar").press("Enter")
    name = f"Office of {floor.queue_name}"
    calendars.get_by_role("textbox", name="Name").fill(name)
    calendars.get_by_role("combobox", name="Time zone").fill("Asia/Krasnoyarsk")
    for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        calendars.get_by_role("textbox", name=weekday).fill("")
    save(calendars)
    desk.page.keyboard.press("Escape")
    queues = open_dialog(desk, "Queues")
    choose(queues, floor.queue_name)
    queues.get_by_role("combobox", name="Calendar").select_option(
        label=f"{name} (Asia/Krasnoyarsk)"
    )
    queues.get_by_role("textbox", name="What the contact is told, Russian").fill("Мы закрыты.")
    save(queues)
    desk.page.keyboard.press("Escape")
    agent = open_window().sign_in(floor.agent).go_available()

    vera = floor.enter("Vera", language_code="ru")
    vera.write("Есть кто?")
    vera.wait_for("Мы закрыты.")
    expect(agent.offer).to_have_count(0)
    calendars = open_dialog(desk, "Opening hours")
    choose(calendars, name)
    for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        calendars.get_by_role("textbox", name=weekday).fill("00:00-24:00")
    save(calendars)
    # The next look is minutes away, the next word of the contact is not.
    vera.write("Алло?")

    agent.accept("Vera")
    expect(agent.bubble("Мы закрыты.")).to_have_count(1)


def test_hours_that_nobody_understands_are_said_beside_their_day(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    calendars = open_dialog(open_window().sign_in(admin), "Opening hours")
    calendars.get_by_role("button", name="New calendar").click()
    calendars.get_by_role("textbox", name="Name").fill(f"Shop of {floor.queue_name}")
    friday = calendars.get_by_role("textbox", name="Friday")
    friday.fill("9-18")
    calendars.get_by_role("button", name="Save").click()
    expect(calendars.get_by_text("Such as 09:00-13:00, 14:00-18:30.", exact=True)).to_be_visible()
    expect(friday).to_be_focused()
    friday.fill("09:00-18:00")
    zone = calendars.get_by_role("combobox", name="Time zone")
    zone.fill("Europe/Atlantis")
    calendars.get_by_role("button", name="Save").click()
    expect(calendars.get_by_text("There is no such time zone.")).to_be_visible()
    expect(zone).to_be_focused()
    zone.fill("Europe/Berlin")
    save(calendars)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_on_the_hours(
    open_window: OpenDesk, floor: Floor, admin: Agent, scheme: str, width: int
) -> None:
    desk = open_window(color_scheme=scheme, viewport={"width": width, "height": 900})
    calendars = open_dialog(desk.sign_in(admin), "Opening hours")
    calendars.get_by_role("button", name="New calendar").click()
    expect_no_barrier(desk.page)
