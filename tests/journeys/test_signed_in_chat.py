"""A site tells its chat who its user is: known at the desk, never mixed up, gone when they go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import jwt
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from halfminute.identity.principals import SYSTEM
from halfminute.main.parts import open_parts
from halfminute.webchat.schemas import NewSignInKey
from halfminute.webchat.sign_in_keys import set_sign_in_key
from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.shop import Shop, Visitor, add_widget, open_shop
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey

Enter = Callable[..., "Member"]


class Member(Visitor):
    """A person on the shop's page, whom the shop may know."""

    def __init__(self, context: BrowserContext, shop: Shop, widget_id: UUID, secret: str) -> None:
        self.widget_id = widget_id
        self.secret = secret
        # Whom the shop has signed in; None for nobody, "" where it cannot say.
        self.subject: str | None = None
        self.name = ""
        context.expose_function("askShop", self._answer)
        super().__init__(context, shop)

    def _answer(self) -> str | None:
        if self.subject == "":
            raise RuntimeError("the shop is down")
        if self.subject is None:
            return None
        now = int(time.time())
        claims = {
            "aud": str(self.widget_id),
            "sub": self.subject,
            "name": self.name,
            "iat": now,
            "exp": now + 300,
            "jti": str(uuid4()),
        }
        return jwt.encode(claims, self.secret, algorithm="HS256")

    def sign_in(self, subject: str | None, name: str = "") -> Member:
        """At the shop, whose page tells the chat."""
        self.subject, self.name = subject, name
        self.page.evaluate("Halfminute.identify(() => askShop())")
        return self

    def leave_shop(self) -> None:
        """Sign out of it, and wait until the chat has forgotten."""
        self.page.evaluate("Halfminute.logout()")

    def kept(self) -> list[str]:
        """What the chat has in the browser, by its keys."""
        keys: list[str] = self.page.evaluate("Object.keys(localStorage).sort()")
        return [key.removeprefix(f"halfminute.{self.widget_id}.") for key in keys]


@pytest.fixture
def enter(browser: Browser, floor: Floor) -> Iterator[Enter]:
    """Opens browsers on the shop's page."""
    with open_shop() as shop:
        widget_id = add_widget(floor, shop.url)
        secret = run_coroutine(_make_secret(floor, widget_id))
        shop.carry(floor, widget_id)
        members: list[Member] = []

        def open_one(**options: object) -> Member:
            settings = {"viewport": {"width": 1200, "height": 800}, "locale": "en-US", **options}
            context = browser.new_context(**settings)  # type: ignore[arg-type]
            context.set_default_timeout(30_000)
            members.append(Member(context, shop, widget_id, secret))
            return members[-1]

        yield open_one
        for member in members:
            member.page.context.close()
        assert [fault for member in members for fault in member.faults] == []


async def _make_secret(floor: Floor, widget_id: UUID) -> str:
    async with open_parts(floor.house.settings) as parts:
        key = await set_sign_in_key(parts.accounts, SYSTEM, widget_id, NewSignInKey())
    return key.secret or ""


def texts(member: Member) -> list[str]:
    """What stands in the thread."""
    return member.chat.get_by_role("listitem").get_by_role("paragraph").all_inner_texts()


def test_a_customer_whom_the_site_knows_is_known_at_the_desk(
    desk: Desk, floor: Floor, enter: Enter
) -> None:
    desk.sign_in(floor.agent).go_available()
    member = enter().sign_in("c-1", "Olena Koval")
    member.open()
    member.say("Where is my parcel?")
    member.expect_received("Where is my parcel?")

    desk.accept("Olena Koval")
    desk.reply("At the post office")

    expect(member.line("At the post office")).to_be_visible()


def test_what_was_asked_before_signing_in_goes_on_and_is_there_in_the_other_browser(
    enter: Enter,
) -> None:
    member = enter()
    member.open()
    member.say("Before I signed in")
    member.expect_received("Before I signed in")

    member.sign_in("c-2", "Olena")
    member.expect_received("Before I signed in")
    member.say("And after")
    member.expect_received("And after")
    telephone = enter(viewport={"width": 390, "height": 844}).sign_in("c-2", "Olena")
    telephone.open()

    telephone.expect_received("And after")
    assert texts(telephone) == ["Before I signed in", "And after"]


def test_words_written_at_the_moment_of_signing_in_arrive_once_and_in_order(enter: Enter) -> None:
    member = enter()
    member.open()
    for number in range(4):
        member.say(f"Word {number}")
        if number % 2:
            member.sign_in("c-3", "Olena")
    member.expect_received("Word 3")

    assert texts(member) == [f"Word {number}" for number in range(4)]


def test_the_next_person_at_the_same_browser_sees_nothing_of_the_first(
    enter: Enter, floor: Floor
) -> None:
    member = enter().sign_in("c-4", "Olena")
    member.open()
    member.say("My card ends in 4711")
    member.expect_received("My card ends in 4711")
    floor.house.kill("web")
    member.say("And my code is 12")
    expect(member.line("And my code is 12")).to_contain_text("On its way")

    member.sign_in("c-5", "Petro")
    expect(member.line("4711")).to_have_count(0)
    floor.house.start("web")
    floor.house.wait_until_well()
    again = member.chat.get_by_role("button", name="Try again")
    expect(again.or_(member.field)).to_be_visible()
    if again.is_visible():
        again.click()
    member.say("Good day")
    member.expect_received("Good day")

    assert texts(member) == ["Good day"]


def test_after_a_reload_the_page_says_again_who_is_there_before_anything_is_shown(
    enter: Enter, shop_with_sign_in: Callable[[Member], None]
) -> None:
    member = enter().sign_in("c-6", "Olena")
    member.open()
    member.say("Only for Olena")
    member.expect_received("Only for Olena")
    shop_with_sign_in(member)
    member.page.reload()
    member.page.get_by_role("button", name="Open the chat").click()

    expect(member.chat.get_by_text("Loading…")).to_be_visible()
    member.page.wait_for_timeout(700)
    assert texts(member) == []
    member.sign_in("c-6", "Olena")

    member.expect_received("Only for Olena")


@pytest.fixture
def shop_with_sign_in() -> Callable[[Member], None]:
    """The shop's page says beforehand that it will tell who is there."""

    def change(member: Member) -> None:
        member.shop.page = member.shop.page.replace("<script async", "<script async data-sign-in")

    return change


def test_who_leaves_the_site_leaves_nothing_in_any_tab(enter: Enter) -> None:
    member = enter().sign_in("c-7", "Olena")
    member.open()
    member.say("Hello")
    member.expect_received("Hello")
    first: Page = member.page
    member.page = member.open_tab(first.context)
    member.open()
    member.expect_received("Hello")
    token = first.evaluate(f"localStorage.getItem('halfminute.{member.widget_id}.visit')")

    member.leave_shop()

    expect(member.line("Hello")).to_have_count(0)
    assert member.kept() == []
    answer = member.page.request.get(
        f"{member_url(member)}/thread", headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status == 401
    member.page = first
    expect(member.line("Hello")).to_have_count(0)


def test_who_leaves_the_site_before_the_chat_was_opened_leaves_nothing(enter: Enter) -> None:
    member = enter().sign_in("c-8", "Olena")
    member.open()
    member.say("Hello")
    member.expect_received("Hello")
    token = member.page.evaluate(f"localStorage.getItem('halfminute.{member.widget_id}.visit')")
    member.page.reload()

    member.leave_shop()

    assert member.kept() == []
    answer = member.page.request.get(
        f"{member_url(member)}/thread", headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status == 401
    expect(member.page.get_by_role("button", name="Open the chat")).to_be_visible()


def test_a_site_that_cannot_say_who_is_there_shows_nobody_anything(enter: Enter) -> None:
    member = enter().sign_in("c-9", "Olena")
    member.open()
    member.say("Hello")
    member.expect_received("Hello")

    member.sign_in("")
    expect(member.chat.get_by_role("alert")).to_be_visible()
    expect(member.line("Hello")).to_have_count(0)
    member.subject = "c-9"
    member.chat.get_by_role("button", name="Try again").click()

    member.expect_received("Hello")


def test_the_chat_is_carried_on_in_telegram(
    desk: Desk, floor: Floor, enter: Enter, tmp_path: Path
) -> None:
    desk.sign_in(floor.agent).go_available()
    member = enter().sign_in("c-10", "Olena Koval")
    member.open()
    member.say("I must run for the bus")
    member.expect_received("I must run for the bus")
    desk.accept("Olena Koval")
    member.page.context.route("https://t.me/**", lambda route: route.fulfill(body="<p>Telegram"))

    member.chat.get_by_role("button", name="Continue in Telegram").press("Enter")
    link = member.chat.get_by_role("link", name="Open Telegram")
    expect(link).to_be_focused()
    _require_clean(member.page)
    url = link.get_attribute("href") or ""
    with member.page.context.expect_page() as opened:
        link.press("Enter")

    assert opened.value.evaluate("window.opener") is None
    expect(member.chat.get_by_role("button", name="Continue in Telegram")).to_be_focused()
    anna = floor.enter("Sunny")
    anna.act("link", url=url)
    anna.write("On the bus now")
    desk.accept("Olena Koval")
    expect(desk.bubble("On the bus now")).to_be_visible()
    desk.reply("Here you are again")
    anna.wait_for("Here you are again")


def member_url(member: Member) -> str:
    """Where the panel asks."""
    frame = member.page.locator("iframe").get_attribute("src") or ""
    return f"{frame.partition('/widget/')[0]}/api/webchat/{member.widget_id}"


def _require_clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.response["violations"] == []
