"""Nothing that a customer writes runs on an agent's screen, wherever it is shown."""

from __future__ import annotations

from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desks import Desk
from tests.journeys.floor import SECRET, Floor
from tests.journeys.hostile import FIND_LEAKS, VECTORS, Message, hostile_messages, make_update

pytestmark = pytest.mark.journey

_CUSTOMER: Final = 900_100_000
# Less than a thread is high, so that no row is passed over.
_STEP_PIXELS: Final = 400
_STOPS_AT_MOST: Final = 400


def _look(page: Page) -> None:
    assert page.evaluate(FIND_LEAKS) == []


def _look_through_thread(desk: Desk, first_words: str) -> None:
    """All of the open thread, which is at its newest words, up to its first."""
    desk.page.locator(".thread-scroll").hover()
    for _ in range(_STOPS_AT_MOST):
        _look(desk.page)
        if desk.bubble(first_words).is_visible():
            return
        desk.page.mouse.wheel(0, -_STEP_PIXELS)
        desk.page.wait_for_timeout(50)
    raise AssertionError("the thread has no beginning")


def _bring(floor: Floor, update: dict[str, Any]) -> None:
    headers = {"x-telegram-bot-api-secret-token": SECRET}
    assert httpx.post(floor.hook, json=update, headers=headers, timeout=20).status_code == 200


def _write(floor: Floor, content: Message, name: str = "Mallory", offset: int = 0) -> None:
    _bring(floor, make_update(_CUSTOMER + floor.bot_id * 1000 + offset, name, content))


def test_no_message_of_hundreds_leaks_into_the_thread(desk: Desk, floor: Floor) -> None:
    desk.sign_in(floor.agent).go_available()
    _write(floor, {"text": "Good day"})
    desk.accept("Mallory")
    messages = list(hostile_messages())
    assert len(messages) >= 300

    for content in messages:
        _write(floor, content)
    _write(floor, {"text": "That was all"})

    desk.page.reload()
    desk.open("Mallory")
    desk.page.locator(".thread-scroll").hover()
    desk.page.mouse.wheel(0, 1_000_000)
    expect(desk.bubble("That was all")).to_be_visible()
    _look_through_thread(desk, "Good day")


def test_no_name_leaks_into_lists_offers_or_panels(desk: Desk, floor: Floor) -> None:
    desk.sign_in(floor.agent).go_available()
    for number, vector in enumerate(VECTORS):
        _write(floor, {"text": f"{vector} {number}"}, name=vector, offset=1 + number)
        _look(desk.page)

    expect(desk.offer).to_be_visible()
    _look(desk.page)
    desk.offer.get_by_role("button", name="Accept").click()
    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
    _look(desk.page)


def test_the_watch_finds_what_is_planted(desk: Desk) -> None:
    page = desk.context.new_page()
    for planted in ("<a href=' javascript:1'>x</a>", "<i onclick=''>x</i>", "<object></object>"):
        page.set_content(planted)
        assert len(page.evaluate(FIND_LEAKS)) == 1
    page.set_content(VECTORS[0])
    assert "a script ran" in page.evaluate(FIND_LEAKS)
