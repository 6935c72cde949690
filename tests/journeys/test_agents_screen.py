"""An administrator says what agents can do, and the router goes by it at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.administration import (
    choose,
    expect_no_barrier,
    find,
    hire_admin,
    open_dialog,
    save,
)
from tests.journeys.conftest import OpenDesk
from tests.journeys.floor import Agent, Api, Floor, furnish
from tests.journeys.house import House

pytestmark = pytest.mark.journey


@pytest.fixture
def admin(house: House) -> Agent:
    return hire_admin(house)


@pytest.fixture
def own(house: House) -> Floor:
    """A floor whose agents nobody else is called."""
    number = next(house.numbers)
    return furnish(house, f"Ada {number}", f"Bea {number}")


def test_a_skill_is_made_given_and_removed(open_window: OpenDesk, own: Floor, admin: Agent) -> None:
    desk = open_window().sign_in(admin)
    skills = open_dialog(desk, "Skills")
    skills.get_by_role("button", name="New skill").press("Enter")
    name = f"Roaming of {own.queue_name}"
    skills.get_by_role("textbox", name="Name").fill(name)
    save(skills)
    desk.page.keyboard.press("Escape")

    agents = open_dialog(desk, "Agents")
    choose(agents, own.agent.name)
    agents.get_by_role("combobox", name="Team").fill("Night")
    agents.get_by_role("combobox", name=name).select_option("4")
    save(agents)
    with Api(own.house.url).sign_in(admin) as api:
        told = find(api.call("GET", "/api/agents/details"), own.agent.name)
    assert (told["team"], told["skills"]) == ("Night", {name: 4})
    desk.page.keyboard.press("Escape")

    skills = open_dialog(desk, "Skills")
    choose(skills, name)
    expect(skills.get_by_role("navigation").get_by_role("button", name=name)).to_contain_text(
        "1 agent"
    )
    skills.get_by_role("button", name="Remove…").click()
    expect(skills.get_by_text("It is taken from 1 agent")).to_be_visible()
    skills.get_by_role("button", name="Remove for good").click()
    expect(skills.get_by_role("button", name=name)).to_have_count(0)
    with Api(own.house.url).sign_in(admin) as api:
        told = find(api.call("GET", "/api/agents/details"), own.agent.name)
    assert told["skills"] == {}


def test_who_is_given_a_queue_is_rung_at_without_a_reload(
    open_window: OpenDesk, own: Floor, admin: Agent
) -> None:
    agents = open_dialog(open_window().sign_in(admin), "Agents")
    choose(agents, own.agent.name)
    queue = agents.get_by_role("checkbox", name=own.queue_name, exact=True)
    expect(queue).to_be_checked()
    queue.uncheck()
    save(agents)
    desk = open_window().sign_in(own.agent).go_available()
    own.enter("Vera").write("Is anybody there?")
    with own.sign_in(own.agents[1]) as bea:
        bea.set_presence("away")
    desk.page.wait_for_timeout(1500)
    expect(desk.offer).to_have_count(0)

    queue.check()
    save(agents)

    desk.accept("Vera")


def test_a_number_out_of_its_range_is_said_beside_its_field(
    open_window: OpenDesk, own: Floor, admin: Agent
) -> None:
    agents = open_dialog(open_window().sign_in(admin), "Agents")
    choose(agents, own.agent.name)
    units = agents.get_by_role("spinbutton", name="Telegram: units of one")
    units.fill("25")
    expect(agents.get_by_text("4 at once")).to_be_visible()
    units.fill("")
    agents.get_by_role("button", name="Save").click()

    expect(agents.get_by_text("A whole number from 1 to 1,000.")).to_be_visible()
    expect(units).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_agents_and_skills(
    open_window: OpenDesk, own: Floor, admin: Agent, scheme: str, width: int
) -> None:
    with Api(own.house.url).sign_in(admin) as api:
        name = f"Fibre of {own.queue_name}"
        api.call("POST", "/api/skills", {"name": name})
    desk = open_window(color_scheme=scheme, viewport={"width": width, "height": 900})
    agents = open_dialog(desk.sign_in(admin), "Agents")
    choose(agents, own.agent.name)
    expect(agents.get_by_role("combobox", name=name)).to_be_visible()
    expect_no_barrier(desk.page)
    desk.page.keyboard.press("Escape")
    skills = open_dialog(desk, "Skills")
    choose(skills, name)
    skills.get_by_role("button", name="Remove…").click()
    expect_no_barrier(desk.page)
