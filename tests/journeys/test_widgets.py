"""An administrator decides how the chat looks and behaves on a site, and the site follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from halfminute.identity.principals import Grant
from halfminute.main.parts import open_parts
from tests.journeys.conftest import OpenDesk
from tests.journeys.desks import Desk
from tests.journeys.floor import Agent, Api, Floor, hire
from tests.journeys.house import House
from tests.journeys.shop import Shop, Visitor, add_widget, open_shop
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey

OWN: Final = '<script async src="{chat}/widget/v1/{widget}/loader.js"></script>'
# Longer than another process may take an account for what it was.
SETTLED_MS: Final = 2500


class Site:
    """A shop with a widget of its own on it, and the administrator of both."""

    def __init__(self, floor: Floor, shop: Shop, widget_id: UUID, admin: Agent) -> None:
        self.floor = floor
        self.shop = shop
        self.widget_id = widget_id
        self.admin = admin

    def carry(self, snippet: str = OWN, language: str = "en") -> None:
        self.shop.carry(self.floor, self.widget_id, language, snippet)

    def set(self, **settings: Any) -> None:
        """Change the widget as the desk does."""
        with Api(self.floor.house.url).sign_in(self.admin) as api:
            path = f"/api/widgets/{self.widget_id}"
            seen = api.call("GET", path)
            seen["settings"].update(settings)
            names = ("name", "is_enabled", "settings", "revision")
            api.call("PUT", path, {name: seen[name] for name in names})


async def _hire_admin(house: House) -> Agent:
    email = f"admin{next(house.numbers)}@halfminute.example"
    async with open_parts(house.settings) as parts:
        return await hire(parts, "Admin", email, Grant("admin", "all"))


@pytest.fixture
def site(floor: Floor) -> Iterator[Site]:
    admin = run_coroutine(_hire_admin(floor.house))
    with open_shop() as shop:
        site = Site(floor, shop, add_widget(floor, shop.url), admin)
        site.carry()
        yield site


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens browsers on the shop's page; a fault of any script on it fails the test."""
    visitors: list[Visitor] = []

    def come(**options: Any) -> Visitor:
        settings = {"viewport": {"width": 1200, "height": 800}, "locale": "en-US", **options}
        context = browser.new_context(**settings)
        context.set_default_timeout(30_000)
        visitors.append(Visitor(context, site.shop))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.page.context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []


def _launcher(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^(Open|Close) the chat$"))


def _open_settings(desk: Desk, site: Site) -> Locator:
    page = desk.sign_in(site.admin).page
    page.get_by_role("button", name=re.compile(": account$")).click()
    page.get_by_role("menuitem", name="Channel accounts").click()
    accounts = page.get_by_role("dialog", name="Channel accounts")
    card = accounts.get_by_role("article").filter(has=page.get_by_role("button", name="Settings"))
    card.last.get_by_role("button", name="Settings").click()
    return page.get_by_role("dialog", name=re.compile("^Chat on your site"))


def test_colours_are_previewed_before_they_are_saved_and_on_the_site_after(
    open_window: OpenDesk, site: Site, visit: Visit
) -> None:
    desk = open_window()
    settings = _open_settings(desk, site)
    preview = settings.frame_locator("iframe")
    launcher = preview.locator(".launcher")
    expect(launcher).to_have_css("background-color", "rgb(26, 107, 84)")

    settings.get_by_role("textbox", name="Accent colour", exact=True).fill("#ffd400")
    settings.get_by_role("textbox", name="Title of the chat").fill("Ask Svetlo")
    settings.get_by_text("White could not be read on it").first.wait_for()
    expect(launcher).to_have_css("background-color", "rgb(255, 212, 0)")
    settings.get_by_role("radio", name="Chat").locator("xpath=..").click()
    panel = preview.frame_locator("iframe")
    expect(panel.get_by_role("heading", name="Ask Svetlo")).to_be_visible()
    expect(panel.locator(".mine .bubble")).to_have_css("color", "rgb(0, 0, 0)")
    greeting = settings.get_by_role("textbox", name="First words")
    greeting.press_sequentially("Hello there", delay=60)
    expect(greeting).to_have_value("Hello there")
    expect(greeting).to_be_focused()
    expect(_launcher(visit().page)).to_have_css("background-color", "rgb(26, 107, 84)")

    settings.get_by_role("button", name="Save").click()
    expect(settings.get_by_role("button", name="Save")).to_be_disabled()

    desk.page.wait_for_timeout(SETTLED_MS)
    shopper = visit()
    expect(_launcher(shopper.page)).to_have_css("background-color", "rgb(255, 212, 0)")
    shopper.open()
    expect(shopper.chat.get_by_role("heading", name="Ask Svetlo")).to_be_visible()


def test_a_field_that_is_wrong_says_so_and_takes_the_focus(
    open_window: OpenDesk, site: Site
) -> None:
    settings = _open_settings(open_window(), site)
    pages = settings.get_by_role("textbox", name="Pages without the button")
    pages.fill("/checkout*\ncart")
    settings.get_by_role("button", name="Save").click()

    expect(settings.get_by_text("Line 2: A path begins with /")).to_be_visible()
    expect(pages).to_be_focused()
    pages.fill("/checkout*")
    settings.get_by_role("button", name="Save").click()
    expect(settings.get_by_text("Line 2:")).to_have_count(0)


def test_what_is_not_saved_is_not_lost_by_one_key(open_window: OpenDesk, site: Site) -> None:
    desk = open_window()
    settings = _open_settings(desk, site)
    settings.get_by_role("textbox", name="Title of the chat").fill("Half-way")

    desk.page.keyboard.press("Escape")
    expect(settings.get_by_text("Your changes are not saved.")).to_be_visible()
    expect(settings.get_by_role("button", name="Keep editing")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(settings.get_by_role("textbox", name="Title of the chat")).to_have_value("Half-way")
    desk.page.keyboard.press("Escape")
    settings.get_by_role("button", name="Discard them").click()

    expect(settings).to_have_count(0)


def test_what_is_asked_before_the_chat_is_at_the_desk(desk: Desk, site: Site, visit: Visit) -> None:
    topics = ["Roaming", "Bills"]
    form = {"name": "required", "email": "optional", "topic": "required", "topics": topics}
    site.set(form=form)
    desk.sign_in(site.floor.agent).go_available()
    desk.page.wait_for_timeout(SETTLED_MS)
    visitor = visit()
    _launcher(visitor.page).click()
    chat = visitor.chat
    name = chat.get_by_role("textbox", name="Your name")
    expect(name).to_be_focused()
    chat.get_by_role("textbox", name="E-mail").fill("olena")
    chat.get_by_role("button", name="Start the chat").click()
    expect(chat.get_by_text("This does not look like an e-mail address.")).to_be_visible()
    expect(name).to_be_focused()

    name.fill("Olena K")
    chat.get_by_role("textbox", name="E-mail").fill("olena@a.example")
    chat.get_by_role("combobox", name="What is it about?").select_option("Roaming")
    chat.get_by_role("button", name="Start the chat").click()
    expect(visitor.field).to_be_focused()
    visitor.say("Does it work in Poland?")
    visitor.expect_received("Does it work in Poland?")

    desk.accept("Olena K")
    told = desk.bubble("Does it work in Poland?").get_by_role("group")
    expect(told).to_contain_text("olena@a.example")
    expect(told).to_contain_text("Roaming")
    visitor.say("And in Georgia?")
    expect(desk.bubble("And in Georgia?").get_by_role("group")).to_have_count(0)
    visitor.page.reload()
    visitor.open()
    visitor.expect_received("Does it work in Poland?")


def test_an_invitation_comes_by_itself_and_never_again_once_it_is_closed(
    site: Site, visit: Visit
) -> None:
    site.set(invitation={"text": "Any questions?", "seconds": 3, "pages": ["/"]})
    visitor = visit()
    visitor.page.wait_for_timeout(SETTLED_MS)
    visitor.page.reload()
    page = visitor.page
    invitation = page.get_by_role("status").filter(has_text="Any questions?")
    expect(invitation).to_be_visible()
    expect(page.locator(":focus")).to_have_count(0)
    assert Axe().run(page).violations_count == 0

    page.keyboard.press("Escape")
    expect(invitation).to_have_count(0)

    page.reload()
    page.wait_for_timeout(4000)
    expect(invitation).to_have_count(0)


def test_an_invitation_opens_the_chat_and_covers_nothing_on_a_phone(
    site: Site, visit: Visit
) -> None:
    site.set(invitation={"text": "Any questions?", "seconds": 3, "pages": []})
    phone = visit(viewport={"width": 390, "height": 844})
    phone.page.wait_for_timeout(SETTLED_MS)
    phone.page.reload()
    visitor = visit()
    visitor.page.get_by_role("button", name="Any questions?").click()

    expect(visitor.field).to_be_visible()
    expect(visitor.page.get_by_role("status")).to_be_hidden()
    expect(phone.page.get_by_text("Any questions?")).to_have_count(0)


def test_its_own_script_is_all_that_is_asked_of_the_server_before_the_click(
    site: Site, visit: Visit
) -> None:
    site.set(invitation={"text": "Any questions?", "seconds": 3, "pages": []})
    page = visit().page
    page.wait_for_timeout(SETTLED_MS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.get_by_role("button", name="Any questions?")).to_be_visible()

    server = site.floor.house.url
    ours = [url for url in asked if url.startswith(server)]
    assert ours == [f"{server}/widget/v1/{site.widget_id}/loader.js"]
    assert page.context.cookies() == []


def test_a_hidden_page_shows_nothing_until_its_script_asks(site: Site, visit: Visit) -> None:
    site.set(hidden_pages=["/checkout*"])
    visitor = visit()
    visitor.page.wait_for_timeout(SETTLED_MS)
    page = visitor.page
    page.goto(f"{site.shop.url}/checkout/pay")
    page.wait_for_function("window.Halfminute")
    expect(_launcher(page)).to_be_hidden()

    page.evaluate("history.pushState(null, '', '/tariffs')")
    expect(_launcher(page)).to_be_visible()
    page.evaluate("history.pushState(null, '', '/checkout')")
    expect(_launcher(page)).to_be_hidden()
    page.evaluate("Halfminute.show()")
    expect(_launcher(page)).to_be_visible()
    page.evaluate("Halfminute.hide()")
    expect(_launcher(page)).to_be_hidden()


def test_the_page_learns_that_the_chat_is_ready_opened_and_closed(site: Site, visit: Visit) -> None:
    page = visit().page
    page.wait_for_function("window.Halfminute")
    page.evaluate(
        """() => {
            window.heard = [];
            for (const event of ['ready', 'open', 'close'])
                Halfminute.on(event, () => heard.push(event));
        }"""
    )
    page.evaluate("Halfminute.open()")
    page.evaluate("Halfminute.close()")

    assert page.evaluate("heard") == ["ready", "open", "close"]


def test_a_site_that_is_switched_off_has_no_button_and_no_error(site: Site, visit: Visit) -> None:
    with Api(site.floor.house.url).sign_in(site.admin) as api:
        path = f"/api/widgets/{site.widget_id}"
        seen = api.call("GET", path)
        names = ("name", "settings", "revision")
        api.call("PUT", path, {**{name: seen[name] for name in names}, "is_enabled": False})
    visitor = visit()
    visitor.page.wait_for_timeout(SETTLED_MS)
    visitor.page.reload()
    visitor.page.wait_for_timeout(1000)

    expect(_launcher(visitor.page)).to_have_count(0)
    assert visitor.page.evaluate("'Halfminute' in window") is False


@pytest.mark.parametrize("is_right", [True, False])
def test_a_browser_takes_the_script_by_its_hash_and_no_other(
    site: Site, visit: Visit, *, is_right: bool
) -> None:
    with Api(site.floor.house.url).sign_in(site.admin) as api:
        fixed = api.call("POST", f"/api/widgets/{site.widget_id}/versions")
    # Whatever is changed later, the bytes are the same.
    site.set(accent="#aa0000")
    integrity = fixed["integrity"] if is_right else f"sha384-{'A' * 64}"
    path = fixed["address"][fixed["address"].index("/widget/") :]
    site.carry(
        f'<script async src="{{chat}}{path}" integrity="{integrity}" '
        'crossorigin="anonymous"></script>'
    )
    page = visit().page

    if is_right:
        expect(_launcher(page)).to_have_css("background-color", "rgb(26, 107, 84)")
    else:
        page.wait_for_timeout(1500)
        expect(_launcher(page)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_settings(
    open_window: OpenDesk, site: Site, scheme: str, width: int
) -> None:
    form = {"name": "required", "topic": "optional", "topics": ["Roaming"]}
    site.set(form=form, invitation={"text": "Any questions?", "seconds": 9, "pages": []})
    desk = open_window(color_scheme=scheme, viewport={"width": width, "height": 900})
    settings = _open_settings(desk, site)
    expect(settings.frame_locator("iframe").locator(".launcher")).to_be_visible()
    desk.page.wait_for_timeout(500)

    found = Axe().run(desk.page)

    assert found.violations_count == 0, found.generate_report()
    overhang = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert desk.page.evaluate(overhang) == 0
