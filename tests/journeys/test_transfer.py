"""A conversation is passed on, and everybody sees where it went."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from halfminute.identity.principals import Grant
from halfminute.main.parts import open_parts
from tests.journeys.conftest import OpenDesk
from tests.journeys.desks import Desk
from tests.journeys.floor import Agent, Floor, furnish, hire
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey

PLEASE = "I want the big plan"
NOTE = "Wants the big plan, has been promised a discount"


def answer(floor: Floor, desk: Desk, name: str) -> None:
    """The floor's agent has a conversation with this customer."""
    desk.sign_in(floor.agent).go_available()
    floor.enter(name).write(PLEASE)
    desk.accept(name)
    expect(desk.bubble(PLEASE)).to_be_visible()


def chooser(desk: Desk, key: str = "o") -> Locator:
    """The dialog by which it is passed on, or a colleague is asked, opened by its key."""
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press(key)
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def boris_of(dialog: Locator) -> Locator:
    """The floor's Boris, who is there; other floors have others."""
    return dialog.get_by_role("radio", name=re.compile("Boris O'Neill can take it now.*serves"))


def test_a_conversation_is_passed_on_to_another_queue_by_the_keyboard(
    floor: Floor, desk: Desk, open_window: OpenDesk
) -> None:
    answer(floor, desk, "Вера")
    other = furnish(floor.house, "Diana Prince", name=f"Sales {floor.queue_name}")
    theirs = open_window().sign_in(other.agent).go_available()

    dialog = chooser(desk)
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    desk.page.keyboard.type("sales " + floor.queue_name)
    expect(dialog.get_by_role("radio")).to_have_count(1)
    desk.page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("radio", name=other.queue_name)).to_be_checked()
    expect(dialog).to_contain_text("1 agent available")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.insert_text(NOTE)
    desk.page.keyboard.press("Control+Enter")

    expect(dialog).to_be_hidden()
    expect(desk.row("Вера")).to_have_count(0)
    theirs.accept("Вера")
    expect(theirs.bubble(PLEASE)).to_be_visible()
    note = theirs.bubble(NOTE)
    expect(note).to_contain_text(f"Passed on: {other.queue_name}")
    expect(note).to_contain_text("taken by Diana Prince")
    expect(desk.page.get_by_text("Вера: taken by Diana Prince")).to_be_visible()


def test_an_agent_is_asked_first_and_the_queue_when_that_one_declines(
    floor: Floor, desk: Desk, open_window: OpenDesk
) -> None:
    answer(floor, desk, "Игорь")
    boris = open_window().sign_in(floor.agents[1]).go_available()

    dialog = chooser(desk)
    desk.page.keyboard.type("neill")
    boris_of(dialog).check()
    dialog.get_by_role("button", name="Pass on").click()

    expect(boris.offer).to_contain_text("Игорь")
    expect(boris.offer).to_contain_text("passed on to you")
    boris.offer.get_by_role("button", name="Decline").click()
    told = f"Игорь: Boris O'Neill has declined it: it waits in {floor.queue_name}"
    expect(desk.page.locator(".toast", has_text=told)).to_be_visible()
    desk.page.get_by_role("tab", name="Queues").click()
    desk.open("Игорь")
    expect(desk.page.get_by_role("article").filter(has_text="has declined it")).to_be_visible()


def test_a_supervisor_gives_it_to_another_and_who_loses_it_keeps_the_words(
    floor: Floor, desk: Desk, open_window: OpenDesk
) -> None:
    answer(floor, desk, "Павел")
    desk.field.fill("Let me look into your plan")
    boris = open_window().sign_in(floor.agents[1]).go_available()
    chief = run_coroutine(_promote(floor))
    theirs = open_window().sign_in(chief)

    theirs.page.get_by_role("tab", name="Queues").click()
    theirs.page.get_by_role("button", name=re.compile(f"^{floor.queue_name}")).first.click()
    theirs.page.get_by_role("button", name="Show what agents have").click()
    held = theirs.page.get_by_role("list", name=re.compile("^With agents"))
    expect(held).to_contain_text(floor.agent.name)
    theirs.open("Павел")
    theirs.page.get_by_role("button", name="Give to").click()
    dialog = theirs.page.get_by_role("dialog")
    boris_of(dialog).check()
    dialog.get_by_role("button", name="Give to").click()

    expect(boris.row("Павел")).to_be_visible()
    boris.open("Павел")
    expect(boris.bubble("Passed on: Boris O'Neill")).to_contain_text("given by a supervisor")
    lost = desk.page.get_by_role("region", name="You were writing to Павел")
    expect(lost).to_contain_text("Let me look into your plan")
    expect(desk.page.get_by_text("The conversation with Павел was given away")).to_be_visible()
    expect(desk.row("Павел")).to_have_count(0)
    desk.page.reload()
    expect(lost).to_contain_text("Let me look into your plan")
    lost.get_by_role("button", name="Put away").click()
    expect(lost).to_have_count(0)


async def _promote(floor: Floor) -> Agent:
    """Somebody who looks after the floor's queue."""
    grant = Grant("supervisor", "queue", floor.queue_id)
    async with open_parts(floor.house.settings) as parts:
        return await hire(parts, "Chief", f"{uuid4()}@halfminute.example", grant)


def test_a_colleague_helps_by_notes_and_the_conversation_stays(
    floor: Floor, desk: Desk, open_window: OpenDesk
) -> None:
    answer(floor, desk, "Лев")
    boris = open_window().sign_in(floor.agents[1]).go_available()

    dialog = chooser(desk, "c")
    expect(dialog.get_by_role("radio", name=floor.queue_name)).to_have_count(0)
    boris_of(dialog).check()
    dialog.get_by_role("textbox", name="Your question").fill("Is the big plan sold here?")
    dialog.get_by_role("button", name="Ask").click()

    asked = boris.page.get_by_role("region", name="A colleague asks for help")
    expect(asked).to_contain_text("Лев")
    asked.get_by_role("button", name="Help").click()
    expect(boris.heading("Лев")).to_be_visible()
    expect(boris.bubble(PLEASE)).to_be_visible()
    expect(boris.bubble("Is the big plan sold here?")).to_contain_text("helps")
    expect(boris.field).to_have_count(0)
    boris.page.get_by_role("textbox", name="Note").fill("Only from June on")
    boris.page.keyboard.press("Enter")
    expect(desk.bubble("Only from June on")).to_be_visible()

    desk.page.get_by_role("button", name="End the help").click()
    expect(boris.row("Лев")).to_have_count(0)
    expect(desk.bubble("Is the big plan sold here?")).to_contain_text("has helped")
    expect(desk.field).to_be_visible()


def test_nothing_is_passed_on_that_has_gone_another_way(floor: Floor, desk: Desk) -> None:
    answer(floor, desk, "Ольга")
    dialog = chooser(desk)
    with floor.sign_in() as api:
        (held,) = api.desk()["conversations"]
        path = f"/api/conversations/{held['id']}/close"
        api.call("POST", path, {"is_solved": True, "disposition_code": "question_answered"})

    dialog.get_by_role("radio", name=floor.queue_name).check()
    dialog.get_by_role("button", name="Pass on").click()

    expect(dialog).to_be_hidden()
    expect(desk.page.get_by_text("has already gone another way")).to_be_visible()
