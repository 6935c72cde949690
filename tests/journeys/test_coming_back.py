"""A conversation is closed, wrapped up, and its customer writes again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.desks import Desk
from tests.journeys.floor import Floor, furnish
from tests.journeys.house import House
from tests.journeys.telegram import Customer

pytestmark = pytest.mark.journey


def _close(desk: Desk, subject: str = "Question answered") -> None:
    desk.page.get_by_role("button", name="Close", exact=True).click()
    dialog = desk.page.get_by_role("dialog", name="Close the conversation")
    dialog.get_by_role("button", name=subject).click()
    expect(dialog).to_have_count(0)


def _answer_and_close(desk: Desk, floor: Floor) -> Customer:
    customer = floor.enter("Olena")
    customer.write("Where is my invoice?")
    desk.sign_in(floor.agent).go_available().accept("Olena")
    desk.reply("In your e-mail")
    customer.wait_for("In your e-mail")
    _close(desk)
    return customer


def test_closing_wraps_up_and_ready_ends_it(desk: Desk, floor: Floor) -> None:
    _answer_and_close(desk, floor)
    wrap_up = desk.page.get_by_role("group", name="Wrap-up")
    expect(wrap_up).to_contain_text("Solved, Question answered")
    desk.page.get_by_role("textbox", name="Note").fill("Sent twice by now")
    desk.page.get_by_role("button", name="Add note").click()
    wrap_up.get_by_role("button", name="Ready").click()
    expect(desk.row("Olena")).to_have_count(0)
    with floor.sign_in() as api:
        assert api.desk()["conversations"] == []
        assert api.desk()["agent"]["load_units"] == 0


def test_who_writes_again_finds_the_same_conversation(desk: Desk, floor: Floor) -> None:
    customer = _answer_and_close(desk, floor)
    desk.page.get_by_role("button", name="Ready").click()
    expect(desk.row("Olena")).to_have_count(0)
    customer.write("It is not there")
    desk.accept("Olena")
    expect(desk.page.get_by_text("came back 1 time")).to_be_visible()
    for words in ("Where is my invoice?", "In your e-mail", "It is not there"):
        expect(desk.bubble(words)).to_be_visible()
    desk.reply("Now it is")
    customer.wait_for("Now it is")


def test_who_writes_during_the_wrap_up_is_answered_at_once(desk: Desk, floor: Floor) -> None:
    customer = _answer_and_close(desk, floor)
    expect(desk.page.get_by_role("group", name="Wrap-up")).to_be_visible()
    customer.write("Wait, one more thing")
    expect(desk.bubble("Wait, one more thing")).to_be_visible()
    expect(desk.page.get_by_role("group", name="Wrap-up")).to_have_count(0)
    desk.reply("Yes?")
    customer.wait_for("Yes?")


def test_the_wrap_up_ends_by_itself_and_the_next_one_rings(desk: Desk, house: House) -> None:
    floor = furnish(house, "Анна Ковалёва", wrap_up="fixed", wrap_up_seconds=2)
    _answer_and_close(desk, floor)
    expect(desk.row("Olena")).to_have_count(0)
    floor.enter("Petro").write("And me?")
    desk.accept("Petro")


def test_an_earlier_conversation_stands_beside_the_new_one(desk: Desk, house: House) -> None:
    floor = furnish(house, "Анна Ковалёва", wrap_up="none", reopen_seconds=0)
    customer = _answer_and_close(desk, floor)
    expect(desk.row("Olena")).to_have_count(0)
    customer.write("Something else")
    desk.accept("Olena")
    expect(desk.bubble("Where is my invoice?")).to_have_count(0)
    panel = desk.page.locator(".contact-panel")
    panel.get_by_role("button", name="Read the conversation of").click()
    expect(panel).to_contain_text("Where is my invoice?")
    expect(panel).to_contain_text("In your e-mail")
