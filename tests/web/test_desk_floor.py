"""Offers, queues, and whether what the desk shows is true."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.web.conftest import Desk

SOFIA = "Софья Андреевна"


def _press(page: Page, code: str, key: str) -> None:
    """A key of the Russian layout: the place is the same, the letter is not."""
    page.evaluate(
        "([code, key]) => document.body.dispatchEvent("
        "new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true}))",
        [code, key],
    )


def test_an_offer_rings_and_is_accepted_by_its_key_in_the_russian_layout(desk: Desk) -> None:
    page = desk.sign_in()
    desk.stage("offer")
    expect(page.get_by_role("region", name="New conversation")).to_contain_text("сим-карту")
    expect(page.get_by_role("alert").filter(has_text=SOFIA)).to_have_count(1)
    expect(page).to_have_title(re.compile(SOFIA))
    _press(page, "KeyA", "ф")
    expect(page.get_by_role("heading", level=1, name=SOFIA)).to_be_visible()
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    expect(page.get_by_role("region", name="New conversation")).to_have_count(0)


def test_letters_do_not_answer_an_offer_while_typing_but_alt_does(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    desk.stage("offer")
    field = page.get_by_role("textbox", name="Reply")
    field.press_sequentially("a day")
    expect(field).to_have_value("a day")
    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    page.keyboard.press("Alt+D")
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)


def test_a_late_accept_is_explained(desk: Desk) -> None:
    page = desk.sign_in()
    offer = desk.stage("offer")
    page.get_by_role("button", name="Accept").wait_for()
    desk.stage(f"offer/{offer['id']}/end", quietly=True)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("A moment too late")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)


def test_an_offer_that_ran_out_goes_with_a_word(desk: Desk) -> None:
    page = desk.sign_in()
    offer = desk.stage("offer")
    page.get_by_role("button", name="Accept").wait_for()
    desk.stage(f"offer/{offer['id']}/end")
    expect(page.get_by_text(f"The offer to {SOFIA} ran out")).to_be_visible()


def test_of_two_who_take_a_conversation_the_slower_learns_who_has_it(desk: Desk) -> None:
    page = desk.sign_in()
    page.get_by_role("tab", name="Queues").click()
    take = page.get_by_role("button", name="Take the conversation with Amélie Laurent")
    take.wait_for()
    desk.stage("taken", name="Amélie Laurent", by="Борис", quietly=True)
    take.click()
    expect(page.get_by_text("Борис was faster")).to_be_visible()


def test_a_queue_counts_arrivals_and_departures_without_a_reload(desk: Desk) -> None:
    page = desk.sign_in()
    page.get_by_role("tab", name="Queues").click()
    head = page.get_by_role("button", name=re.compile("Первая линия"))
    expect(head).to_contain_text("3 waiting")
    desk.stage("waiting", count=300)
    expect(head).to_contain_text("303 waiting")
    assert page.locator("[data-conversation]").count() < 60
    desk.stage("taken", name="Amélie Laurent")
    expect(head).to_contain_text("302 waiting")


def test_presence_says_why_nothing_rings(desk: Desk) -> None:
    page = desk.sign_in()
    page.get_by_role("button", name="Your presence: Available").click()
    page.get_by_role("menuitem", name="Away: lunch").click()
    expect(page.get_by_text("Nothing rings while you are away.")).to_be_visible()
    page.get_by_role("button", name="Go available").click()
    expect(page.get_by_text("Nothing rings while you are away.")).to_have_count(0)


def test_a_server_that_stopped_reading_its_log_is_told_and_so_is_its_return(desk: Desk) -> None:
    page = desk.sign_in()
    expect(page.get_by_role("img", name="Live", exact=True)).to_be_visible()
    desk.stage("set", {"is_live": False})
    expect(page.get_by_text("What you see may be old")).to_be_visible()
    desk.stage("set", {"is_live": True})
    expect(page.get_by_text("What you see may be old")).to_have_count(0)


def test_what_happened_while_the_socket_was_away_is_there_after_it(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    desk.stage("drop")
    for number in range(20):
        desk.stage("message", name="Oliver Brandt", words=f"missed {number}")
    expect(page.get_by_role("article").filter(has_text="missed 19")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text=re.compile("missed"))).to_have_count(20)


def test_keys_move_through_the_list_and_open_the_sheet(desk: Desk) -> None:
    page = desk.sign_in()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1, name="Тарас Гнатюк")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1, name="Мария Соколова")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.get_by_role("tab", name="Queues")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
