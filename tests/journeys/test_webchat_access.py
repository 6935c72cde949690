"""The chat for those who do not see it, or have no mouse: every state, and a whole conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect

from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.identity.principals import SYSTEM
from halfminute.main.parts import open_parts
from tests.files import samples
from tests.journeys.floor import Api, Floor
from tests.journeys.shop import Shop, Visitor, add_widget
from tests.journeys.sticker_sets import add_faces
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey

_FORM: Final = {"name": "required", "email": "optional", "topic": "optional", "topics": ["Bills"]}


class Look(NamedTuple):
    """How a browser shows the chat."""

    language: str
    scheme: Literal["light", "dark"]
    width: int
    height: int


_LOOKS: Final = (
    Look("en", "light", 1200, 800),
    Look("ru", "dark", 390, 780),
    Look("en", "dark", 1200, 800),
    Look("ru", "light", 390, 780),
)


class Watched:
    """A visitor whose screen is looked at in each state."""

    def __init__(self, visitor: Visitor, look: Look) -> None:
        self.visitor = visitor
        self.look = look

    def named(self, english: str, russian: str) -> str:
        """A word in the visitor's language."""
        return russian if self.look.language == "ru" else english

    def button(self, english: str, russian: str, *, role: Any = "button") -> Locator:
        return self.visitor.chat.get_by_role(role, name=self.named(english, russian), exact=True)

    def check(self, state: str) -> None:
        """Nothing in this state is out of anybody's reach."""
        frame = self.visitor.page.frames[1]
        found = Axe().run(frame)
        assert found.violations_count == 0, f"{state}: {found.generate_report()}"

    def say(self, words: str) -> None:
        field = self.button("Your message", "Ваше сообщение", role="textbox")
        field.fill(words)
        field.press("Enter")
        expect(self.visitor.line(words)).to_have_count(1)


def _configure(floor: Floor, shop: Shop, **settings: Any) -> UUID:
    widget_id = add_widget(floor, shop.url)

    async def change() -> None:
        given = {"origins": [shop.url], "title": "Operator", **settings}
        async with open_parts(floor.house.settings) as parts:
            await change_account(parts.accounts, SYSTEM, widget_id, AccountChange(settings=given))

    run_coroutine(change())
    return widget_id


@pytest.fixture
def watch(browser: Browser, floor: Floor, shop: Shop) -> Iterator[Callable[[Look], Watched]]:
    """Opens the site with a chat that asks for something before the first words."""
    contexts = []
    visitors = []

    def open_one(look: Look) -> Watched:
        widget_id = _configure(floor, shop, form=_FORM, sticker_sets=[add_faces(floor)])
        shop.carry(floor, widget_id, language=look.language)
        context = browser.new_context(
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.scheme,
            locale=look.language,
            # What fades in would be judged half-way.
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        visitors.append(Visitor(context, shop))
        return Watched(visitors[-1], look)

    yield open_one
    for context in contexts:
        context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []


@pytest.mark.parametrize("look", _LOOKS, ids=lambda look: f"{look.language}-{look.scheme}")
def test_axe_finds_nothing_in_any_state(
    watch: Callable[[Look], Watched], api: Api, look: Look
) -> None:
    watched = watch(look)
    visitor, chat = watched.visitor, watched.visitor.chat
    opener = watched.named("Open the chat", "Открыть чат")
    visitor.page.get_by_role("button", name=opener).click()
    name = watched.button("Your name", "Ваше имя", role="textbox")
    expect(name).to_be_focused()
    watched.check("the form")
    watched.button("Start the chat", "Начать чат").click()
    expect(chat.get_by_role("alert")).to_be_visible()
    watched.check("the form with a fault")
    name.fill("Olena")
    name.press("Enter")
    watched.check("empty")

    api.set_presence("away")
    watched.say("Where is my parcel?")
    watched.check("waiting")
    api.set_presence("available")
    conversation_id = api.accept()
    api.answer(conversation_id, "What is it about?", buttons=["The bill", "Roaming"])
    expect(chat.get_by_role("button", name="Roaming")).to_be_visible()
    watched.check("answered, with buttons")

    _choose_sticker(watched)
    picture = samples.picture(image=samples.painted(200, 120))
    field = watched.button("Your message", "Ваше сообщение", role="textbox")
    chat.locator("input[type=file]").first.set_input_files(
        {"name": "bill.png", "mimeType": "image/png", "buffer": picture}
    )
    expect(chat.get_by_text("bill.png")).to_be_visible()
    watched.check("a file to send")
    field.press("Enter")
    expect(chat.locator(".picture img")).to_have_count(1)
    watched.check("a picture")

    visitor.page.context.set_offline(True)
    watched.say("In a tunnel")
    expect(chat.locator(".standing")).not_to_be_empty()
    watched.check("offline")
    visitor.page.context.set_offline(False)
    expect(chat.locator(".waiting")).to_have_count(0)

    watched.button("More", "Ещё").click()
    watched.check("the menu")
    watched.button("That is all, thank you", "Это всё, спасибо", role="menuitem").click()
    score = watched.button("Very good", "Отлично")
    expect(score).to_be_visible()
    watched.check("the rating")
    score.click()
    expect(score).to_have_attribute("aria-pressed", "true")
    watched.check("rated")


def _choose_sticker(watched: Watched) -> None:
    chat = watched.visitor.chat
    watched.button("Stickers", "Стикеры").click()
    grid = chat.get_by_role("group", name="Half a minute")
    expect(grid.get_by_role("button").first).to_be_focused()
    expect(grid.locator("img").first).not_to_have_js_property("naturalWidth", 0)
    watched.check("stickers to choose from")
    expect(watched.button("Your message", "Ваше сообщение", role="textbox")).to_be_in_viewport()
    grid.get_by_role("button", name="🚀").click()
    expect(chat.locator(".mine .sticker img")).to_have_count(1)
    expect(chat.locator(".waiting")).to_have_count(0)
    watched.check("a sticker")


def test_a_whole_conversation_needs_no_mouse_and_every_control_has_a_name(
    visitor: Visitor, api: Api
) -> None:
    page, keys = visitor.page, visitor.page.keyboard
    page.get_by_role("button", name="Open the chat").focus()
    keys.press("Enter")
    expect(visitor.field).to_be_focused()
    keys.type("Do you deliver?")
    keys.press("Enter")
    visitor.expect_received("Do you deliver?")
    conversation_id = api.accept()
    api.answer(conversation_id, "Where to?", buttons=["Kyiv", "Lviv"])
    choice = visitor.chat.get_by_role("button", name="Lviv")
    expect(choice).to_be_visible()
    _tab_back_to(visitor, choice)
    keys.press("Enter")
    expect(visitor.line("Lviv").last).to_contain_text("Received")

    more = visitor.chat.get_by_role("button", name="More")
    _tab_back_to(visitor, more)
    keys.press("Enter")
    expect(visitor.chat.get_by_role("menuitem").first).to_be_focused()
    keys.press("ArrowDown")
    expect(visitor.chat.get_by_role("menuitem", name="Save the conversation")).to_be_focused()
    keys.press("ArrowUp")
    expect(visitor.chat.get_by_role("menuitem", name="That is all, thank you")).to_be_focused()
    keys.press("Enter")
    score = visitor.chat.get_by_role("button", name="Good", exact=True)
    expect(score).to_be_visible()
    _tab_back_to(visitor, score)
    keys.press("Space")
    expect(score).to_have_attribute("aria-pressed", "true")

    names = [
        each.get_attribute("aria-label") or each.inner_text()
        for each in visitor.chat.get_by_role("button").all()
    ]
    assert all(name.strip() for name in names), names
    keys.press("Escape")
    expect(page.get_by_role("button", name="Open the chat")).to_be_focused()


def _tab_back_to(visitor: Visitor, wanted: Locator) -> None:
    for _ in range(20):
        if wanted.evaluate("(each) => each === document.activeElement"):
            return
        visitor.page.keyboard.press("Shift+Tab")
    raise AssertionError("not within reach of the keyboard")
