"""An administrator says what queues there are and who serves them, and it rings accordingly."""

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
from tests.journeys.floor import Agent, Api, Floor

pytestmark = pytest.mark.journey


@pytest.fixture
def admin(floor: Floor) -> Agent:
    return hire_admin(floor.house)


def test_a_queue_is_made_with_who_serves_it(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    queues = open_dialog(open_window().sign_in(admin), "Queues")
    queues.get_by_role("button", name="New queue").press("Enter")
    name = f"Roaming of {floor.queue_name}"
    expect(queues.get_by_role("textbox", name="Name")).to_be_focused()
    queues.get_by_role("textbox", name="Name").fill(name)
    queues.get_by_role("spinbutton", name="First reply within").fill("45")
    queues.get_by_text("Open", exact=True).click()
    queues.get_by_role("checkbox", name=floor.agent.name).first.check()
    save(queues)

    with Api(floor.house.url).sign_in(admin) as api:
        made = find(api.call("GET", "/api/queues"), name)
    assert (made["target_seconds"], made["wrap_up"]) == (45, "open")
    assert len(made["agent_ids"]) == 1
    expect(queues.get_by_role("navigation").get_by_text(name)).to_be_visible()


def test_a_queue_that_is_switched_off_rings_no_more_and_on_again_it_does(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    queues = open_dialog(open_window().sign_in(admin), "Queues")
    choose(queues, floor.queue_name)
    queues.get_by_role("switch", name="Offer its conversations").press("Space")
    expect(queues.get_by_text("New ones will come to wait here as well")).to_be_visible()
    save(queues)
    agent = open_window().sign_in(floor.agent).go_available()

    floor.enter("Vera").write("Is anybody there?")

    expect(queues.get_by_role("navigation").get_by_text("Switched off · 1 waiting")).to_be_visible()
    expect(agent.offer).to_have_count(0)
    queues.get_by_role("switch", name="Offer its conversations").press("Space")
    expect(queues.get_by_text("1 conversation waits here and will ring at once")).to_be_visible()
    save(queues)
    agent.accept("Vera")


def test_of_two_who_change_a_queue_the_second_loses_nothing_without_a_word(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    first = open_dialog(open_window().sign_in(admin), "Queues")
    choose(first, floor.queue_name)
    target = first.get_by_role("spinbutton", name="First reply within")
    target.fill("77")
    second = open_dialog(open_window().sign_in(admin), "Queues")
    choose(second, floor.queue_name)
    second.get_by_role("spinbutton", name="Rings for").fill("11")
    save(second)

    first.get_by_role("button", name="Save").click()

    expect(first.get_by_text("Somebody else changed this meanwhile")).to_be_visible()
    expect(target).to_have_value("77")
    first.get_by_role("button", name="Show what they saved").click()
    expect(first.get_by_role("spinbutton", name="Rings for")).to_have_value("11")
    target.fill("77")
    save(first)


def test_what_is_wrong_is_said_beside_its_field(
    open_window: OpenDesk, floor: Floor, admin: Agent
) -> None:
    desk = open_window().sign_in(admin)
    queues = open_dialog(desk, "Queues")
    queues.get_by_role("button", name="New queue").click()
    name = queues.get_by_role("textbox", name="Name")
    name.fill(floor.queue_name)
    queues.get_by_role("spinbutton", name="Rings for").fill("601")
    queues.get_by_role("button", name="Save").click()
    expect(queues.get_by_text("A whole number from 1 to 600.")).to_be_visible()
    expect(queues.get_by_role("spinbutton", name="Rings for")).to_be_focused()
    queues.get_by_role("spinbutton", name="Rings for").fill("60")
    queues.get_by_role("button", name="Save").click()
    expect(queues.get_by_text("Another one has this name.")).to_be_visible()
    expect(name).to_be_focused()

    desk.page.keyboard.press("Escape")
    expect(queues.get_by_text("Your changes are not saved.")).to_be_visible()
    desk.page.keyboard.press("Enter")
    expect(name).to_have_value(floor.queue_name)
    desk.page.keyboard.press("Escape")
    queues.get_by_role("button", name="Discard them").click()
    expect(queues).to_have_count(0)


def test_an_agent_has_no_such_menu(open_window: OpenDesk, floor: Floor) -> None:
    page = open_window().sign_in(floor.agent).page
    page.get_by_role("button", name=f"{floor.agent.name}: account").click()
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Queues")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_queues(
    open_window: OpenDesk, floor: Floor, admin: Agent, scheme: str, width: int
) -> None:
    desk = open_window(color_scheme=scheme, viewport={"width": width, "height": 900})
    queues = open_dialog(desk.sign_in(admin), "Queues")
    expect_no_barrier(desk.page)
    choose(queues, floor.queue_name)
    queues.get_by_role("switch", name="Offer its conversations").click()
    queues.get_by_role("spinbutton", name="Rings for").fill("0")
    queues.get_by_role("button", name="Save").click()
    expect(queues.get_by_text("A whole number from 1 to 600.")).to_be_visible()
    expect_no_barrier(desk.page)
