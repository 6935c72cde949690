"""Reserves, limits and interrupts are configured at the desk, and decide who is rung at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.administration import choose, hire_admin, open_dialog, save, set_units
from tests.journeys.conftest import OpenDesk
from tests.journeys.desks import Desk
from tests.journeys.floor import Agent, Floor, furnish
from tests.journeys.house import House
from tests.journeys.shop import Visitor, add_widget, open_shop

pytestmark = pytest.mark.journey


@pytest.fixture
def admin(house: House) -> Agent:
    return hire_admin(house)


@pytest.fixture
def own(house: House) -> Floor:
    """A floor whose agents nobody else is called."""
    number = next(house.numbers)
    return furnish(house, f"Ada {number}", f"Bea {number}")


@pytest.fixture
def guest(browser: Browser, own: Floor) -> Iterator[Visitor]:
    """Somebody on a site whose chat leads to the floor, where one conversation fills an agent."""
    set_units(own, telegram=100, webchat=100)
    context = browser.new_context(locale="en-US")
    with open_shop() as shop:
        shop.carry(own, add_widget(own, shop.url))
        guest = Visitor(context, shop)
        yield guest
        context.close()
    assert guest.faults == []


def expect_verdict(desk: Desk, customer: str, agent: Agent, verdict: str) -> None:
    """Why the customer waits, as the desk says of the agent."""
    desk.page.get_by_role("tab", name="Queues").click()
    desk.open(customer)
    desk.page.get_by_role("button", name="Why it waits").press("Enter")
    why = desk.page.get_by_role("dialog", name="Why it waits")
    expect(why.get_by_role("listitem").filter(has_text=agent.name).first).to_contain_text(verdict)
    desk.page.keyboard.press("Escape")


def test_who_has_a_rare_skill_is_kept_back_until_the_reserve_is_lifted(
    open_window: OpenDesk, own: Floor, admin: Agent
) -> None:
    chief = open_window().sign_in(admin)
    skills = open_dialog(chief, "Skills")
    skills.get_by_role("button", name="New skill").press("Enter")
    name = f"Fibre of {own.queue_name}"
    skills.get_by_role("textbox", name="Name").fill(name)
    skills.get_by_role("spinbutton", name="Idle agents to keep back").fill("1")
    skills.get_by_role("spinbutton", name="At the longest, seconds").fill("3600")
    save(skills)
    chief.page.keyboard.press("Escape")
    agents = open_dialog(chief, "Agents")
    choose(agents, own.agent.name)
    agents.get_by_role("combobox", name=name).select_option("4")
    save(agents)
    chief.page.keyboard.press("Escape")
    ada = open_window().sign_in(own.agents[0]).go_available()
    own.enter("Vera").write("A general question")

    expect_verdict(ada, "Vera", own.agent, "Kept free for a rare skill")
    expect(ada.offer).to_have_count(0)
    # Who lacks the skill is for everybody.
    bea = open_window().sign_in(own.agents[1]).go_available()
    bea.accept("Vera")

    with own.sign_in(own.agents[1]) as api:
        api.set_presence("busy")
    own.enter("Igor").write("Another one")
    expect_verdict(ada, "Igor", own.agent, "Kept free for a rare skill")
    skills = open_dialog(chief, "Skills")
    choose(skills, name)
    skills.get_by_role("spinbutton", name="Idle agents to keep back").fill("0")
    save(skills)
    ada.accept("Igor")


def test_an_agent_has_no_more_of_a_channel_than_the_limit(
    open_window: OpenDesk, own: Floor, admin: Agent
) -> None:
    chief = open_window().sign_in(admin)
    agents = open_dialog(chief, "Agents")
    choose(agents, own.agent.name)
    agents.get_by_role("spinbutton", name="Telegram, at most at once").fill("1")
    save(agents)
    ada = open_window().sign_in(own.agent).go_available()
    own.enter("Vera").write("Hello")
    ada.accept("Vera")
    own.enter("Oleg").write("Me too")

    expect_verdict(ada, "Oleg", own.agent, "Has as many from this channel as allowed")
    expect(ada.offer).to_have_count(0)

    agents.get_by_role("spinbutton", name="Telegram, at most at once").fill("2")
    save(agents)
    ada.accept("Oleg")


def test_a_channel_that_may_interrupt_rings_at_a_full_agent(
    open_window: OpenDesk, own: Floor, admin: Agent, guest: Visitor
) -> None:
    ada = open_window().sign_in(own.agent).go_available()
    own.enter("Vera").write("Hello")
    ada.accept("Vera")
    guest.open().say("I am in a hurry")
    guest.expect_received("I am in a hurry")
    expect_verdict(ada, "Guest", own.agent, "Has no room")
    expect(ada.offer).to_have_count(0)

    agents = open_dialog(open_window().sign_in(admin), "Agents")
    choose(agents, own.agent.name)
    agents.get_by_role("combobox", name="Let a channel interrupt").select_option("webchat")
    agents.get_by_role("group", name="Web chat may interrupt").get_by_role(
        "checkbox", name="Telegram"
    ).check()
    save(agents)

    ada.accept("Guest")
    ada.reply("At your service")
    expect(guest.line("At your service")).to_be_visible()
