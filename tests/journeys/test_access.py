"""For everyone: axe finds nothing on the real desk, and nothing hides sideways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.conftest import OpenDesk
from tests.journeys.desks import Desk
from tests.journeys.floor import Api, Floor
from tests.journeys.telegram import Customer

pytestmark = pytest.mark.journey

# Half-way colours have half the contrast.
_UNTIL_STILL = """
Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getTiming().iterations !== Infinity)
    .map((one) => one.finished))
"""
LOOKS: list[dict[str, Any]] = [
    {"color_scheme": "light", "locale": "en-US"},
    {"color_scheme": "dark", "locale": "ru-RU"},
    {"color_scheme": "dark", "locale": "en-US", "viewport": {"width": 390, "height": 844}},
    {"color_scheme": "light", "locale": "ru-RU", "viewport": {"width": 390, "height": 844}},
]


@dataclass(frozen=True)
class Crowd:
    """A floor whose agent has said and heard all there is."""

    floor: Floor
    api: Api
    customer: Customer


@pytest.fixture
def crowd(floor: Floor) -> Iterator[Crowd]:
    customer = floor.enter("Maria Sokolova", username="maria")
    with floor.sign_in() as api:
        api.set_presence("available")
        asked = customer.write("Hello! 😀 Is this bold?", entities=[_entity("bold", 17, 4)])
        _accept(api)
        _say_all(customer, asked)
        _answer_all(api, customer)
        yield Crowd(floor, api, customer)


def _entity(kind: str, offset: int, length: int) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length}


def _accept(api: Api) -> None:
    offers: list[dict[str, Any]] = []
    while not offers:
        offers = api.desk()["offers"]
    api.call("POST", f"/api/offers/{offers[0]['id']}/accept", {"epoch": offers[0]["epoch"]})


def _say_all(customer: Customer, asked: int) -> None:
    customer.write("And this?", reply_to_message_id=asked)
    customer.act("photo", caption="A photo")
    for format_name in ("webp", "tgs", "webm"):
        customer.act("sticker", format=format_name)
    customer.act("document", name="invoice.pdf")
    customer.act("message", content={"dice": {"emoji": "🎲", "value": 4}})
    customer.act("edit", message_id=asked, text="Hello! Is this edited?")


def _answer_all(api: Api, customer: Customer) -> None:
    [conversation] = api.desk()["conversations"]
    path = f"/api/conversations/{conversation['id']}"
    client_id = "01a00000-0000-7000-8000-00000000000"
    api.call("POST", f"{path}/messages", {"client_id": f"{client_id}1", "text": "It is"})
    api.call("POST", f"{path}/notes", {"client_id": f"{client_id}2", "text": "A note"})
    told = customer.wait_for("It is")
    customer.act("reaction", message_id=told["message_id"], emojis=["👍"])


def _expect_fit(desk: Desk, where: str) -> None:
    """Nothing for axe to find, nothing to scroll sideways to."""
    desk.page.evaluate(_UNTIL_STILL)
    found = Axe().run(desk.page).response["violations"]
    said = [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]
    assert said == [], where
    assert not desk.page.evaluate("document.documentElement.scrollWidth > innerWidth"), where


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: " ".join(map(str, look.values())))
def test_axe_finds_nothing_from_the_sign_in_to_the_help(
    open_window: OpenDesk, crowd: Crowd, look: dict[str, Any]
) -> None:
    desk = open_window(reduced_motion="reduce", **look)
    page, floor = desk.page, crowd.floor
    page.goto(desk.house.url)
    page.locator("#email").wait_for()
    _expect_fit(desk, "sign-in")
    language = "Русский" if look["locale"] == "ru-RU" else "English"
    desk.sign_in(floor.agent, language)
    expect(desk.row("Maria Sokolova")).to_be_visible()
    _expect_fit(desk, "list")
    desk.open("Maria Sokolova")
    expect(page.get_by_role("article").filter(has_text="A note")).to_be_visible()
    _expect_fit(desk, "end of the conversation")
    page.locator(".thread-scroll").evaluate("element => { element.scrollTop = 0 }")
    expect(page.get_by_role("article").filter(has_text="Is this edited?").first).to_be_visible()
    _expect_fit(desk, "beginning of the conversation")
    _open_one_by_one(desk, crowd)


def _open_one_by_one(desk: Desk, crowd: Crowd) -> None:
    page = desk.page
    page.locator("body").press("e")
    page.get_by_role("dialog").wait_for()
    _expect_fit(desk, "close")
    page.keyboard.press("Escape")
    page.locator("body").press("?")
    page.get_by_role("dialog").wait_for()
    _expect_fit(desk, "help")
    page.keyboard.press("Escape")
    if page.locator(".rail").is_visible():
        page.locator(".rail [data-popover-trigger]").click()
        page.locator(".settings").wait_for()
        _expect_fit(desk, "settings")
        page.keyboard.press("Escape")
    crowd.api.set_presence("available")
    crowd.floor.enter("Олександр Довгоіменний-Найдовший").write("Слово " * 60)
    page.locator(".offer").wait_for()
    _expect_fit(desk, "ringing")


@pytest.mark.parametrize("look", LOOKS[:2], ids=["light en", "dark ru"])
def test_axe_finds_nothing_on_an_empty_desk(
    open_window: OpenDesk, floor: Floor, look: dict[str, Any]
) -> None:
    language = "Русский" if look["locale"] == "ru-RU" else "English"
    desk = open_window(reduced_motion="reduce", **look).sign_in(floor.agent, language)
    _expect_fit(desk, "empty")
    desk.page.get_by_role("tab").nth(1).click()
    _expect_fit(desk, "empty queues")
