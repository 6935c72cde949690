"""A whole conversation without the mouse, on a keyboard whose letters are Russian."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desks import Desk
from tests.journeys.floor import PASSWORD, Floor

pytestmark = pytest.mark.journey

# The letters of the Russian layout on the keys that are shortcuts.
RUSSIAN = {"KeyA": "ф", "KeyE": "у", "KeyN": "т", "KeyJ": "о", "KeyT": "е"}


def _press(desk: Desk, code: str) -> None:
    """A key of the Russian layout, as the browser hears it from the keyboard itself."""
    session = desk.context.new_cdp_session(desk.page)
    letter = RUSSIAN[code]
    for kind in ("keyDown", "keyUp"):
        told = {"type": kind, "code": code, "key": letter}
        text = {"text": letter} if kind == "keyDown" else {}
        session.send("Input.dispatchKeyEvent", {**told, **text})
    session.detach()


def _tab_to(page: Page, label: str) -> None:
    """Tab until the control with this name has the focus."""
    wanted = page.get_by_role("button", name=label)
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never came to {label}")


def test_a_conversation_is_answered_and_closed_without_the_mouse(desk: Desk, floor: Floor) -> None:
    page = desk.page
    page.goto(desk.house.url)
    page.locator("#email").wait_for()
    page.locator("#email").focus()
    page.keyboard.type(floor.agent.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Go available").wait_for()
    _tab_to(page, "Go available")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Your presence: Available")).to_be_visible()
    customer = floor.enter("Олена")
    customer.write("Чому так повільно?")
    expect(desk.offer).to_contain_text("Чому так повільно?")
    _press(desk, "KeyA")
    expect(desk.field).to_be_focused()
    page.keyboard.insert_text("Перевіряю, хвилинку 🙂")
    page.keyboard.press("Enter")
    customer.wait_for("Перевіряю, хвилинку 🙂")
    page.keyboard.press("Escape")
    _press(desk, "KeyN")
    expect(page.get_by_role("textbox", name="Note")).to_be_focused()
    page.keyboard.insert_text("Вежа на ремонті")
    page.keyboard.press("Enter")
    expect(desk.bubble("Вежа на ремонті")).to_be_visible()
    page.keyboard.press("Escape")
    _press(desk, "KeyE")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("1")
    expect(page.get_by_role("group", name="Wrap-up")).to_be_visible()
    page.keyboard.press("Escape")
    _press(desk, "KeyE")
    expect(desk.row("Олена")).to_have_count(0)
    assert customer.texts() == ["Перевіряю, хвилинку 🙂"]


def test_the_queue_is_worked_without_the_mouse(desk: Desk, floor: Floor) -> None:
    page = desk.page
    desk.sign_in(floor.agent)
    customer = floor.enter("Taras")
    customer.write("Hello from the queue")
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(desk.row("Taras")).to_be_visible()
    _press(desk, "KeyJ")
    page.keyboard.press("Enter")
    expect(desk.heading("Taras")).to_be_visible()
    expect(desk.bubble("Hello from the queue")).to_be_visible()
    _press(desk, "KeyT")
    expect(desk.field).to_be_focused()
    page.keyboard.insert_text("Taken")
    page.keyboard.press("Enter")
    customer.wait_for("Taken")
