"""An administrator widens who is asked as time goes on, and agents see why one still waits."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.administration import (
    choose,
    expect_no_barrier,
    hire_admin,
    open_dialog,
    save,
)
from tests.journeys.conftest import OpenDesk
from tests.journeys.floor import Agent, Api, Floor

pytestmark = pytest.mark.journey


@pytest.fixture
def admin(floor: Floor) -> Agent:
    return hire_admin(floor.house)


@pytest.fixture
def topic(floor: Floor, admin: Agent) -> str:
    """A skill that nobody has."""
    name = f"Fibre of {floor.queue_name}"
    with Api(floor.house.url).sign_in(admin) as api:
        api.call("POST", "/api/skills", {"name": name})
    return name


def test_who_lacks_the_skill_is_shown_why_and_rung_at_once_a_ring_drops_it(
    open_window: OpenDesk, floor: Floor, admin: Agent, topic: str
) -> None:
    desk = open_window().sign_in(admin)
    queues = open_dialog(desk, "Queues")
    choose(queues, floor.queue_name)
    queues.get_by_role("combobox", name=topic).select_option("3")
    queues.get_by_role("button", name="Add a ring").click()
    ring = queues.get_by_role("listitem", name="Ring 1")
    ring.get_by_role("spinbutton", name="After so many seconds").fill("3600")
    ring.get_by_role("switch", name="Any agent of the queue").press("Space")
    save(queues)
    agent = open_window().sign_in(floor.agent).go_available()
    floor.enter("Vera").write("My line is down")

    agent.page.get_by_role("tab", name="Queues").click()
    agent.open("Vera")
    agent.page.get_by_role("button", name="Why it waits").press("Enter")
    why = agent.page.get_by_role("dialog", name="Why it waits")
    expect(why.get_by_text("Before the first of 1")).to_be_visible()
    expect(why.get_by_text("The next one in")).to_be_visible()
    expect(why.get_by_text(f"{topic} at least 3")).to_be_visible()
    asked = why.get_by_role("listitem").filter(has_text=floor.agent.name).first
    expect(asked).to_contain_text("Lacks what is required")
    expect_no_barrier(agent.page)

    ring.get_by_role("spinbutton", name="After so many seconds").fill("1")
    save(queues)
    # Who looks sees it ring, and who it rings at can answer.
    expect(why.get_by_text("It rings at them")).to_be_visible()
    agent.page.keyboard.press("Escape")
    agent.accept("Vera")
    expect(agent.page.get_by_role("button", name="Why it waits")).to_have_count(0)


def test_who_waits_too_long_is_told_and_marked_as_a_call_back(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    desk = open_window().sign_in(admin)
    queues = open_dialog(desk, "Queues")
    choose(queues, floor.queue_name)
    end = queues.get_by_role("combobox", name="Then the conversation")
    end.select_option(label="Is called back")
    queues.get_by_role("spinbutton", name="After so many seconds").fill("1")
    queues.get_by_role("textbox", name="What the contact is told, English").fill("We will call.")
    save(queues)

    vera = floor.enter("Vera")
    vera.write("Is anybody there?")

    vera.wait_for("We will call.")
    agent = open_window().sign_in(floor.agent)
    agent.page.get_by_role("tab", name="Queues").click()
    expect(agent.row("Vera").get_by_role("img", name="Call-back")).to_be_visible()
    agent.go_available().accept("Vera")
    expect(agent.page.get_by_role("main").get_by_text("Call-back", exact=True)).to_be_visible()


def test_what_is_wrong_with_the_rules_is_said_beside_them(
    open_window: OpenDesk, floor: Floor, admin: Agent, topic: str
) -> None:
    queues = open_dialog(open_window().sign_in(admin), "Queues")
    choose(queues, floor.queue_name)
    queues.get_by_role("combobox", name=topic).select_option("3")
    queues.get_by_role("button", name="Add a ring").click()
    first = queues.get_by_role("listitem", name="Ring 1")
    first.get_by_role("combobox", name=topic).select_option("1")
    queues.get_by_role("button", name="Save").click()
    expect(queues.get_by_text("Nobody may ever come")).to_be_visible()

    queues.get_by_role("button", name="Add a ring").click()
    second = queues.get_by_role("listitem", name="Ring 2")
    second.get_by_role("spinbutton", name="After so many seconds").fill("30")
    second.get_by_role("switch", name="Any agent of the queue").press("Space")
    queues.get_by_role("button", name="Save").click()
    expect(second.get_by_text("Later than the step before it.")).to_be_visible()
    expect(second.get_by_role("spinbutton", name="After so many seconds")).to_be_focused()
    second.get_by_role("spinbutton", name="After so many seconds").fill("60")
    save(queues)


@pytest.mark.parametrize(
    "window",
    [
        {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
        {"color_scheme": "dark", "viewport": {"width": 390, "height": 900}},
    ],
)
def test_axe_finds_nothing_on_the_rings(
    open_window: OpenDesk, floor: Floor, admin: Agent, topic: str, window: dict[str, Any]
) -> None:
    desk = open_window(**window)
    queues = open_dialog(desk.sign_in(admin), "Queues")
    choose(queues, floor.queue_name)
    queues.get_by_role("button", name="Add a ring").click()
    queues.get_by_role("combobox", name="Another skill").select_option(label=topic)
    end = queues.get_by_role("combobox", name="Then the conversation")
    end.select_option(label="Gets a message")
    expect_no_barrier(desk.page)
