"""Two visitors wait: each sees its own place and an honest range, which shrinks and vanishes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final
from uuid import UUID, uuid4

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Locator, expect

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.schemas import AgentSettings
from halfminute.identity.principals import SYSTEM
from halfminute.main.parts import open_parts
from tests.journeys.conftest import OpenDesk
from tests.journeys.floor import Api, Floor, furnish
from tests.journeys.house import House
from tests.journeys.shop import Shop, Visitor
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey

# So many conversations that a pace is known, and so long that two of them are more than a minute.
GUESTS: Final = 6
HANDLING_MS: Final = 22_000
QUIET_SECONDS: Final = 60
_MOST: Final = re.compile(r"(\d+)\sminutes")
_HEAR: Final = """() => {
  window.said = [];
  const note = () => {
    const text = document.querySelector('.aloud')?.textContent ?? '';
    if (text !== '' && window.said.at(-1) !== text) window.said.push(text);
  };
  new MutationObserver(note).observe(document.body, {subtree: true, childList: true,
    characterData: true});
  note();
}"""


@pytest.fixture
def floor(house: House) -> Floor:
    """Agents who are done when they close."""
    return furnish(house, "Anna", "Boris", wrap_up="none")


@pytest.fixture
def visitors(browser: Browser, shop: Shop) -> Iterator[tuple[Visitor, Visitor]]:
    """Two people on the site, each in a browser of their own."""
    with ExitStack() as stack:
        made = []
        for _ in range(2):
            context = browser.new_context(viewport={"width": 1000, "height": 700}, locale="en-US")
            context.set_default_timeout(30_000)
            stack.callback(context.close)
            made.append(Visitor(context, shop))
        yield made[0], made[1]
    assert [fault for one in made for fault in one.faults] == []


def test_who_waits_sees_place_and_range_until_it_is_answered(
    open_window: OpenDesk, floor: Floor, shop: Shop, visitors: tuple[Visitor, Visitor]
) -> None:
    first, second = visitors
    anna, boris = open_window().sign_in(floor.agents[0]), open_window().sign_in(floor.agents[1])
    anna.go_available()
    with floor.sign_in() as api, floor.sign_in(floor.agents[1]) as other:
        _take_units(floor, 10)
        _handle(api, floor, shop, anna.page.wait_for_timeout)
        _take_units(floor, 100)
        _say_hello(floor, shop)
        held = api.accept()

        first.open().say("I am the first")
        expect(place_of(first)).to_contain_text("You are next.")
        second.open().say("I am the second")
        expect(place_of(second)).to_contain_text("Your place in the queue: 2.")
        expect(place_of(second)).to_contain_text("Expected wait:")
        said_since = time.monotonic()
        frame = second.page.frames[-1]
        frame.evaluate(_HEAR)
        assert Axe().run(frame).violations_count == 0
        before = most_minutes(place_of(second))

        boris.go_available()
        other.accept()
        expect(place_of(first)).to_have_text("")
        expect(place_of(second)).to_contain_text("You are next.")
        assert most_minutes(place_of(second)) < before

        _close(api, held)
        answered = api.accept()
        expect(place_of(second)).to_have_text("")
        api.answer(answered, "Here I am")
        expect(second.line("Here I am")).to_be_visible()
    said = _said(frame)
    assert "Your place in the queue: 2." in said[0]
    assert len(said) <= 1 + (time.monotonic() - said_since) // QUIET_SECONDS


def place_of(visitor: Visitor) -> Locator:
    """What its eyes see of the wait."""
    return visitor.chat.locator(".place")


def most_minutes(place: Locator) -> int:
    """The end of the range that is shown."""
    text = place.inner_text()
    if "less than a minute" in text:
        return 1
    found = _MOST.search(text)
    assert found is not None, text
    return int(found[1])


def _said(frame: Frame) -> list[str]:
    said: list[str] = frame.evaluate("() => window.said")
    return said


def _take_units(floor: Floor, units: int) -> None:
    """So many of an agent's hundred units one chat takes from now on."""

    async def configure() -> None:
        async with open_parts(floor.house.settings) as parts:
            for agent in floor.agents:
                settings = AgentSettings(units_by_kind={"webchat": units})
                await configure_agent(parts.log, SYSTEM, agent.id, settings)

    run_coroutine(configure())


def _handle(api: Api, floor: Floor, shop: Shop, pass_time: object) -> None:
    """Some conversations of one length: what a wait is foretold from."""
    assert callable(pass_time)
    accepted = []
    for _ in range(GUESTS):
        _say_hello(floor, shop)
        accepted.append(api.accept())
    pass_time(HANDLING_MS)
    for conversation_id in accepted:
        _close(api, conversation_id)


def _close(api: Api, conversation_id: str) -> None:
    outcome = {"is_solved": True, "disposition_code": "question_answered"}
    api.call("POST", f"/api/conversations/{conversation_id}/close", outcome)


def _say_hello(floor: Floor, shop: Shop) -> None:
    """A visitor without a screen says something."""
    widget = f"{floor.house.url}/api/webchat/{_widget_of(shop)}"
    origin = {"origin": floor.house.url}
    token = httpx.post(f"{widget}/visits", headers=origin, timeout=20).json()["token"]
    words = {"client_id": str(uuid4()), "text": "Quickly"}
    headers = {**origin, "authorization": f"Bearer {token}"}
    answer = httpx.post(f"{widget}/messages", json=words, headers=headers, timeout=20)
    assert answer.status_code == 200, answer.text


def _widget_of(shop: Shop) -> UUID:
    return UUID(shop.script.split("/")[-2])
