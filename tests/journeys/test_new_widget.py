"""An administrator makes a chat for a site at the desk, and somebody on the site is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.conftest import OpenDesk
from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.shop import Shop, Visitor, open_shop
from tests.journeys.sticker_sets import add_faces
from tests.journeys.test_stickers import hire_chief

pytestmark = pytest.mark.journey

# Where the house says it is; the journeys reach it by another name.
_PUBLIC: Final = re.compile(r'src="https?://[^/"]+/')
# Longer than another process may take an account for what it was.
_SETTLED_MS: Final = 2500


@pytest.fixture
def bare_shop() -> Iterator[Shop]:
    """A site without a chat."""
    with open_shop() as shop:
        yield shop


def _begin(desk: Desk, language: str = "English") -> Locator:
    page = desk.page
    page.get_by_role("button", name=re.compile(": (account|учётная запись)$")).click()
    page.get_by_role("menuitem", name=re.compile("Channel accounts|Подключения каналов")).click()
    title = "New chat for a site" if language == "English" else "Новый чат для сайта"
    page.get_by_role("button", name=title).click()
    return page.get_by_role("dialog", name=title)


def _fill(new: Locator, floor: Floor, site: str, name: str = "Shop two") -> None:
    new.get_by_role("textbox", name="Name at the desk").fill(name)
    new.get_by_role("combobox", name="Queue").select_option(str(floor.queue_id))
    new.get_by_role("textbox", name="Sites that may show the chat").fill(site)
    new.get_by_role("button", name="Create").click()


def _come(browser: Browser, shop: Shop) -> Visitor:
    context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="en-US")
    context.set_default_timeout(30_000)
    return Visitor(context, shop)


def test_a_chat_is_made_its_line_put_into_a_page_and_a_question_there_answered(
    open_window: OpenDesk, floor: Floor, bare_shop: Shop, browser: Browser
) -> None:
    add_faces(floor)
    chief = open_window().sign_in(hire_chief(floor))
    _fill(_begin(chief), floor, bare_shop.url)
    made = chief.page.get_by_role("dialog", name="Chat on your site: Shop two")
    line = made.locator("pre")
    expect(line).to_be_focused()
    assert "integrity" not in line.inner_text()
    made.get_by_role("checkbox", name="Half a minute").check()
    made.get_by_role("button", name="Save").click()
    expect(made.get_by_role("button", name="Save")).to_be_disabled()
    made.get_by_role("radio", name="One fixed version").locator("xpath=..").click()
    made.get_by_role("button", name="Fix the present version").click()
    expect(line).to_contain_text('integrity="sha384-')

    tag = _PUBLIC.sub('src="{chat}/', line.inner_text())
    bare_shop.carry(floor, floor.queue_id, snippet=tag)
    visitor = _come(browser, bare_shop).open()
    visitor.say("Do you deliver?")
    visitor.expect_received("Do you deliver?")
    expect(visitor.chat.get_by_role("button", name="Stickers", exact=True)).to_be_visible()
    agent = open_window().sign_in(floor.agent).go_available().accept("Guest")
    agent.reply("We do, tomorrow")
    expect(visitor.line("We do, tomorrow")).to_be_visible()

    made.get_by_role("switch").uncheck()
    made.get_by_role("button", name="Save").click()
    expect(made.get_by_role("button", name="Save")).to_be_disabled()
    chief.page.wait_for_timeout(_SETTLED_MS)
    visitor.page.reload()
    # A version that was fixed is for ever; what it opens is not.
    visitor.page.get_by_role("button", name="Open the chat").click()
    expect(visitor.field).to_have_count(0)
    visitor.page.context.close()


def test_what_is_missing_or_wrong_is_told_beside_its_field_and_nothing_is_made(
    open_window: OpenDesk, floor: Floor
) -> None:
    chief = open_window().sign_in(hire_chief(floor))
    new = _begin(chief)
    name = new.get_by_role("textbox", name="Name at the desk")
    new.get_by_role("button", name="Create").click()

    expect(name).to_be_focused()
    for field in (
        name,
        new.get_by_role("combobox", name="Queue"),
        new.get_by_role("textbox", name="Sites that may show the chat"),
    ):
        expect(field).to_have_accessible_description(re.compile("Fill this in"))
        expect(field).to_have_attribute("aria-invalid", "true")
    _fill(new, floor, "shop.example", "Half-way")
    sites = new.get_by_role("textbox", name="Sites that may show the chat")
    expect(sites).to_have_accessible_description(re.compile("Line 1: Write it as https"))
    expect(sites).to_be_focused()

    chief.page.keyboard.press("Escape")
    expect(new.get_by_text("Your changes are not saved.")).to_be_visible()
    new.get_by_role("button", name="Discard them").click()
    expect(new).to_have_count(0)
    chief.page.get_by_role("button", name=re.compile(": account$")).click()
    chief.page.get_by_role("menuitem", name="Channel accounts").click()
    accounts = chief.page.get_by_role("dialog", name="Channel accounts")
    expect(accounts.get_by_role("article").first).to_be_visible()
    expect(accounts.get_by_text("Half-way")).to_have_count(0)


@pytest.mark.parametrize(
    ("scheme", "width", "language"), [("light", 1440, "English"), ("dark", 390, "Русский")]
)
def test_axe_finds_nothing_on_what_is_to_be_filled_in(
    open_window: OpenDesk, floor: Floor, scheme: str, width: int, language: str
) -> None:
    desk = open_window(color_scheme=scheme, viewport={"width": width, "height": 900})
    new = _begin(desk.sign_in(hire_chief(floor), language), language)
    expect(new.frame_locator("iframe").locator(".launcher")).to_be_visible()
    new.locator("button[type=submit]").click()
    expect(new.locator("[aria-invalid]")).to_have_count(3)
    desk.page.wait_for_timeout(500)

    found = Axe().run(desk.page)

    assert found.violations_count == 0, found.generate_report()
    overhang = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert desk.page.evaluate(overhang) == 0
