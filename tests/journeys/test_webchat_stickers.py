"""A visitor chooses a sticker in the chat on a site's page, and the desk sees it move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.shop import Shop, Visitor
from tests.journeys.sticker_sets import add_faces, offer
from tests.journeys.test_stickers import wait_for

pytestmark = pytest.mark.journey

OpenVisitor = Callable[..., Visitor]


def _widget_id(shop: Shop) -> str:
    return shop.script.split("/")[-2]


@pytest.fixture
def faces(floor: Floor, shop: Shop) -> str:
    """A set that the shop's chat offers."""
    set_id = add_faces(floor)
    offer(floor, _widget_id(shop), set_id)
    return set_id


@pytest.fixture
def come(browser: Browser, shop: Shop) -> Iterator[OpenVisitor]:
    """Opens browsers on the shop's page; a fault of any script in them fails the test."""
    visitors: list[Visitor] = []

    def open_one(**options: Any) -> Visitor:
        settings = {"viewport": {"width": 1200, "height": 800}, "locale": "en-US", **options}
        context = browser.new_context(**settings)
        context.set_default_timeout(30_000)
        visitors.append(Visitor(context, shop))
        return visitors[-1]

    yield open_one
    for visitor in visitors:
        visitor.page.context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []


def _opener(visitor: Visitor) -> Locator:
    return visitor.chat.get_by_role("button", name="Stickers", exact=True)


def _tile(visitor: Visitor, emoji: str) -> Locator:
    picker = visitor.chat.get_by_role("region", name="Stickers")
    return picker.get_by_role("button", name=f"Sticker {emoji}")


def _sent(visitor: Visitor) -> Locator:
    return visitor.chat.get_by_role("listitem").filter(has=visitor.chat.locator(".sticker"))


def _moves(drawing: Locator) -> None:
    first = drawing.inner_html()
    wait_for(lambda: drawing.inner_html() != first)


@pytest.mark.usefixtures("faces")
def test_a_sticker_that_is_pressed_moves_at_the_desk_and_in_the_visitors_own_thread(
    desk: Desk, floor: Floor, visitor: Visitor
) -> None:
    desk.sign_in(floor.agent).go_available()
    visitor.open()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    _opener(visitor).click()
    rocket = _tile(visitor, "🚀")
    expect(rocket.locator("img")).not_to_have_js_property("naturalWidth", 0)
    assert any("/assets/picker-" in url for url in asked)
    rocket.hover()
    expect(rocket.locator("svg")).to_be_visible()
    rocket.click()

    expect(_sent(visitor)).to_contain_text("Received")
    expect(visitor.field).to_be_focused()
    expect(rocket).to_have_count(0)
    _moves(visitor.chat.locator(".mine .sticker svg"))
    desk.accept("Guest")
    seen = desk.page.get_by_role("article").last
    expect(seen.get_by_role("button", name="🚀")).to_be_visible()
    _moves(seen.locator(".sticker svg"))

    visitor.page.reload()
    visitor.open()
    expect(_sent(visitor)).to_have_count(1)
    expect(visitor.chat.locator(".mine .sticker svg")).to_be_visible()


@pytest.mark.usefixtures("faces")
def test_what_is_pressed_without_a_line_waits_and_arrives_once_in_its_place(
    visitor: Visitor, floor: Floor
) -> None:
    visitor.open()
    visitor.say("First")
    visitor.expect_received("First")
    _opener(visitor).click()
    expect(_tile(visitor, "😀").locator("img")).not_to_have_js_property("naturalWidth", 0)
    floor.house.kill("web")
    _tile(visitor, "😀").click()
    visitor.say("Third")
    waiting = _sent(visitor)
    expect(waiting).to_contain_text("On its way")
    expect(waiting).to_contain_text("😀")

    floor.house.start("web")
    floor.house.wait_until_well()
    visitor.expect_received("Third")

    expect(_sent(visitor)).to_have_count(1)
    expect(_sent(visitor)).to_contain_text("Received")
    with floor.sign_in() as api:
        [conversation] = api.waiting(floor.queue_id)
        kept = [each["parts"][0] for each in api.messages(conversation["id"])]
    assert [part["type"] for part in kept] == ["text", "sticker", "text"]
    assert kept[1]["emoji"] == "😀"


@pytest.mark.usefixtures("faces")
def test_stickers_are_chosen_by_keyboard_alone(visitor: Visitor) -> None:
    visitor.open()
    keys = visitor.page.keyboard
    opener = _opener(visitor)
    keys.press("Shift+Tab")
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")
    keys.press("Enter")
    expect(_tile(visitor, "😀")).to_be_focused()
    keys.press("End")
    expect(_tile(visitor, "🎉")).to_be_focused()
    keys.press("ArrowLeft")
    expect(_tile(visitor, "🚀")).to_be_focused()

    keys.press("Escape")
    expect(_tile(visitor, "🚀")).to_have_count(0)
    expect(opener).to_be_focused()
    keys.press("Space")
    expect(_tile(visitor, "😀")).to_be_focused()
    keys.press("ArrowRight")
    keys.press("Enter")

    expect(visitor.chat.get_by_role("button", name="Sticker 🚀")).to_be_visible()
    expect(_sent(visitor)).to_contain_text("Received")
    expect(visitor.field).to_be_focused()
    keys.press("Escape")
    expect(visitor.page.get_by_role("button", name="Open the chat")).to_be_focused()


@pytest.mark.usefixtures("faces")
def test_nothing_moves_for_who_wants_no_motion(come: OpenVisitor) -> None:
    visitor = come(reduced_motion="reduce").open()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    _opener(visitor).click()
    rocket = _tile(visitor, "🚀")
    rocket.hover()
    expect(rocket.locator("img")).not_to_have_js_property("naturalWidth", 0)
    rocket.click()

    expect(_sent(visitor)).to_contain_text("Received")
    expect(_sent(visitor).locator("img")).not_to_have_js_property("naturalWidth", 0)
    expect(visitor.chat.locator(".sticker svg")).to_have_count(0)
    assert not any("lottie" in url for url in asked)


def test_a_chat_that_offers_none_has_no_button_and_loads_no_picker(visitor: Visitor) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open().say("Hello")
    visitor.expect_received("Hello")

    expect(_opener(visitor)).to_have_count(0)
    assert not any("picker" in url or "/stickers" in url for url in asked)


@pytest.mark.usefixtures("faces")
def test_a_sticker_that_is_offered_no_more_is_refused_and_words_go_on(
    visitor: Visitor, floor: Floor, shop: Shop
) -> None:
    visitor.open()
    _opener(visitor).click()
    expect(_tile(visitor, "🎉")).to_be_visible()
    offer(floor, _widget_id(shop))
    _tile(visitor, "🎉").click()

    expect(_sent(visitor)).to_contain_text("Not sent")
    visitor.say("Then in words")
    visitor.expect_received("Then in words")
    _sent(visitor).get_by_role("button", name="Delete").click()
    expect(_sent(visitor)).to_have_count(0)
    _opener(visitor).click()
    expect(visitor.chat.get_by_text("There are no stickers just now.")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(_opener(visitor)).to_be_focused()
    visitor.page.reload()
    visitor.open()
    expect(_opener(visitor)).to_have_count(0)
