"""A set of stickers, from its name to the customer's screen; and the customer sees who types."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from halfminute.identity.principals import Grant
from halfminute.main.parts import open_parts
from tests.journeys.desks import Desk
from tests.journeys.floor import Agent, Floor, hire
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey

PATIENCE_SECONDS = 30.0
FACES = {
    "name": "HalfminuteFaces",
    "title": "Half a minute",
    "stickers": [
        {"format": "webp", "emoji": "😀"},
        {"format": "tgs", "emoji": "🚀"},
        {"format": "webm", "emoji": "🎉"},
    ],
}


def wait_for(look: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """What it finds, once it finds something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def hire_chief(floor: Floor) -> Agent:
    """Somebody who configures channels."""

    async def make() -> Agent:
        async with open_parts(floor.house.settings) as parts:
            email = f"chief{next(floor.house.numbers)}@halfminute.example"
            return await hire(parts, "Chief", email, Grant("admin", "all"))

    return run_coroutine(make())


def test_a_set_is_added_seen_and_sent(desk: Desk, floor: Floor) -> None:
    telegram = floor.house.telegram
    telegram.post("/sticker-sets", FACES)
    sets = f"/api/channel-accounts/{floor.account_id}/sticker-sets"
    with floor.sign_in(hire_chief(floor)) as chief:
        # The first to ask a provider in a web process waits until its client is loaded.
        chief.http.timeout = httpx.Timeout(120)
        chief.call("POST", sets, {"name": "https://t.me/addstickers/halfminutefaces"})

        def all_here() -> bool:
            [view] = chief.call("GET", sets)
            return all(
                each["file_state"] == "ready" and each["thumbnail_file_id"]
                for each in view["stickers"]
            )

        wait_for(all_here)
    olena = floor.enter("Olena")
    olena.act("set-sticker", set_name="HalfminuteFaces", number=3)
    desk.sign_in(floor.agent).go_available().accept("Olena")
    page = desk.page

    desk.field.press("Alt+KeyS")
    picker = page.get_by_role("dialog", name="Choose a sticker")
    rocket = picker.get_by_role("button", name="🚀, Half a minute")
    expect(rocket.locator("img")).not_to_have_js_property("naturalWidth", 0)
    rocket.hover()
    expect(rocket.locator("svg")).to_be_visible()
    rocket.click()

    sent = page.get_by_role("article").last
    expect(sent.get_by_role("img", name="Sent")).to_be_visible()
    expect(sent.locator(".sticker svg")).to_be_visible()
    [got] = wait_for(olena.received)
    # Not uploaded: Telegram was told what it calls the file itself.
    assert got["content"]["sticker"]["file_id"] == f"sticker{floor.bot_id}_HalfminuteFaces_2"


def test_the_customer_sees_that_the_agent_types(desk: Desk, floor: Floor) -> None:
    olena = floor.enter("Olena")
    olena.write("Hello?")
    desk.sign_in(floor.agent).go_available().accept("Olena")

    desk.field.press_sequentially("Good day")

    def shown() -> list[dict[str, Any]]:
        seen = floor.house.telegram.get(f"/bots/{floor.bot_id}/actions")
        return [each for each in seen if each["chat_id"] == olena.id]

    [action, *_] = wait_for(shown)
    assert action["action"] == "typing"
    desk.field.press("Enter")
    olena.wait_for("Good day")
