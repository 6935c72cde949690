"""An administrator says how customers who come back find their agent, and agents see it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.administration import (
    choose,
    expect_no_barrier,
    hire_admin,
    open_dialog,
    save,
    set_units,
)
from tests.journeys.conftest import OpenDesk
from tests.journeys.desks import Desk
from tests.journeys.floor import Agent, Floor, furnish
from tests.journeys.house import House

pytestmark = pytest.mark.journey


@pytest.fixture
def admin(floor: Floor) -> Agent:
    return hire_admin(floor.house)


def configure(desk: Desk, queue_name: str, **seconds: str) -> Locator:
    """Set these fields of the queue, named as the dialog names them."""
    queues = open_dialog(desk, "Queues")
    choose(queues, queue_name)
    for name, value in seconds.items():
        queues.get_by_role("spinbutton", name=LABELS[name], exact=True).fill(value)
    save(queues)
    return queues


LABELS = {
    "silence": "Silent without an answer for, seconds",
    "wait": "On return, waits for the agent, seconds",
    "last": "To the last agent within, seconds",
    "last_wait": "Waits for that agent, seconds",
    "wrap_up": "Seconds",
    "extension": "Longer by, seconds",
}


def section(desk: Desk, title: str) -> Locator:
    """A part of the agent's own list."""
    return desk.page.get_by_role("list", name=title)


def test_a_silent_customer_frees_the_agent_and_finds_them_again(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    set_units(floor, telegram=100)
    configure(open_window().sign_in(admin), floor.queue_name, silence="1", wait="3600")
    agent = open_window().sign_in(floor.agent).go_available()
    vera = floor.enter("Vera")
    vera.write("My line is down")
    agent.accept("Vera")
    agent.reply("Which number?")
    vera.wait_for("Which number?")
    floor.enter("Oleg").write("Me too")

    # Oleg rings as soon as Vera is silent: the agent has room for one alone.
    agent.accept("Oleg")
    expect(section(agent, "Waiting for the customer")).to_contain_text("Vera")
    expect(section(agent, "Waiting for you")).to_contain_text("Oleg")
    expect_no_barrier(agent.page)

    vera.write("It is 555")
    expect(section(agent, "Waiting for you")).to_contain_text("Vera")
    expect(section(agent, "Waiting for the customer")).to_have_count(0)
    agent.open("Vera")
    agent.reply("Thank you")
    vera.wait_for("Thank you")


def test_a_supervisor_sees_what_agents_have_and_for_whom_they_wait(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    chief = open_window().sign_in(admin)
    configure(chief, floor.queue_name, silence="1")
    chief.page.keyboard.press("Escape")
    agent = open_window().sign_in(floor.agent).go_available()
    vera = floor.enter("Vera of the list")
    vera.write("My line is down")
    agent.accept("Vera of the list")
    agent.reply("Which number?")
    vera.wait_for("Which number?")

    chief.page.get_by_role("tab", name="Queues").click()
    chief.page.get_by_role("heading", name=floor.queue_name).get_by_role("button").press("Enter")
    chief.page.get_by_role("button", name="Show what agents have").press("Enter")
    silent = section(chief, "Waiting for the customer")
    expect(silent).to_contain_text("Vera of the list")
    expect(silent).to_contain_text(floor.agent.name)
    expect_no_barrier(chief.page)
    vera.write("It is 555")
    expect(section(chief, "With agents")).to_contain_text("It is 555")
    # Who has it finds it there as well.
    agent.page.get_by_role("tab", name="Queues").click()
    agent.page.get_by_role("button", name="Show what agents have").press("Enter")
    expect(section(agent, "With agents")).to_contain_text("Vera of the list")


def test_who_finds_no_room_goes_to_the_queue_and_another_agent(
    open_window: OpenDesk, whole_house: House
) -> None:
    floor = furnish(whole_house, "Ada Full", "Bea Free")
    admin = hire_admin(whole_house)
    set_units(floor, telegram=100)
    configure(open_window().sign_in(admin), floor.queue_name, silence="1", wait="1")
    ada = open_window().sign_in(floor.agents[0]).go_available()
    vera = floor.enter("Vera")
    vera.write("My line is down")
    ada.accept("Vera")
    ada.reply("Which number?")
    vera.wait_for("Which number?")
    floor.enter("Oleg").write("Me too")
    ada.accept("Oleg")
    bea = open_window().sign_in(floor.agents[1]).go_available()

    vera.write("It is 555")

    bea.accept("Vera")
    expect(section(ada, "Waiting for you")).not_to_contain_text("Vera")
    expect(bea.bubble("Which number?")).to_be_visible()


def test_who_comes_back_waits_for_the_last_agent_and_others_see_for_whom(
    open_window: OpenDesk, whole_house: House
) -> None:
    floor = furnish(whole_house, "Ada Last", "Bea Other", wrap_up="none")
    admin = hire_admin(whole_house)
    set_units(floor, telegram=100)
    configure(open_window().sign_in(admin), floor.queue_name, last="3600", last_wait="3600")
    ada = open_window().sign_in(floor.agents[0]).go_available()
    vera = floor.enter("Vera")
    vera.write("My line is down")
    ada.accept("Vera")
    ada.reply("It works again")
    vera.wait_for("It works again")
    ada.page.get_by_role("button", name="Close", exact=True).click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Question answered").click()
    floor.enter("Oleg").write("Me too")
    ada.accept("Oleg")
    bea = open_window().sign_in(floor.agents[1]).go_available()

    vera.write("It does not")

    bea.page.get_by_role("tab", name="Queues").click()
    bea.open("Vera")
    bea.page.get_by_role("button", name="Why it waits").press("Enter")
    why = bea.page.get_by_role("dialog", name="Why it waits")
    expect(why.get_by_text("It waits for Ada Last alone for another")).to_be_visible()
    expect(why.get_by_role("listitem").filter(has_text="Ada Last")).to_contain_text("asked first")
    expect_no_barrier(bea.page)
    bea.page.keyboard.press("Escape")

    ada.page.get_by_role("button", name="Close", exact=True).click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Question answered").click()
    ada.accept("Vera")


def test_a_wrap_up_that_runs_out_is_lengthened_once(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    configure(open_window().sign_in(admin), floor.queue_name, wrap_up="600", extension="1200")
    agent = open_window().sign_in(floor.agent).go_available()
    floor.enter("Vera").write("Thank you")
    agent.accept("Vera")
    agent.page.get_by_role("button", name="Close", exact=True).click()
    agent.page.get_by_role("dialog").get_by_role("button", name="Question answered").click()
    wrap_up = agent.page.get_by_role("group", name="Wrap-up")
    expect(wrap_up).to_contain_text("9:")
    expect_no_barrier(agent.page)

    wrap_up.get_by_role("button", name="20:00 more").press("Enter")

    expect(wrap_up).to_contain_text("29:")
    expect(wrap_up.get_by_role("button", name="20:00 more")).to_have_count(0)


def test_what_is_out_of_range_is_said_beside_its_field(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    queues = open_dialog(open_window().sign_in(admin), "Queues")
    choose(queues, floor.queue_name)
    silence = queues.get_by_role("spinbutton", name=LABELS["silence"])
    silence.fill("0")
    queues.get_by_role("button", name="Save").click()
    expect(silence).to_be_focused()
    expect(silence).to_have_attribute("aria-invalid", "true")
    # Empty is off, and then there is nothing to wait for.
    silence.fill("")
    expect(queues.get_by_role("spinbutton", name=LABELS["wait"])).to_have_count(0)


@pytest.mark.parametrize(
    "window",
    [
        {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
        {"color_scheme": "dark", "viewport": {"width": 390, "height": 900}},
    ],
)
def test_axe_finds_nothing_on_the_returns(
    open_window: OpenDesk, floor: Floor, admin: Agent, window: dict[str, Any]
) -> None:
    desk = open_window(**window)
    configure(desk.sign_in(admin), floor.queue_name, silence="300", wait="60", last="3600")
    expect_no_barrier(desk.page)
