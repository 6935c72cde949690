"""The desk as its agent works with it: found by what is written on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.floor import PASSWORD, Agent
from tests.journeys.house import House


@dataclass
class Desk:
    """One browser window."""

    page: Page
    house: House
    faults: list[str] = field(default_factory=list)

    @property
    def context(self) -> BrowserContext:
        """The browser's profile that the window lives in."""
        return self.page.context

    def sign_in(self, agent: Agent, language: str = "English") -> Desk:
        """To the desk, by the form."""
        self.page.goto(self.house.url)
        self.page.get_by_role("button", name=language).click()
        self.page.locator("#email").fill(agent.email)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("#password").press("Enter")
        expect(self.page.locator(".rail .light.live")).to_be_visible()
        return self

    def go_available(self) -> Desk:
        """From now on it may ring."""
        self.page.get_by_role("button", name="Go available").click()
        expect(self.page.get_by_role("button", name="Your presence: Available")).to_be_visible()
        return self

    @property
    def offer(self) -> Locator:
        """What rings."""
        return self.page.get_by_role("region", name="New conversation")

    def accept(self, name: str) -> Desk:
        """Answer the ringing of this customer."""
        expect(self.offer).to_contain_text(name)
        self.offer.get_by_role("button", name="Accept").click()
        expect(self.heading(name)).to_be_visible()
        return self

    def heading(self, name: str) -> Locator:
        """The open conversation's head."""
        return self.page.get_by_role("heading", level=1, name=name)

    def open(self, name: str) -> Desk:
        """A conversation of the list."""
        self.row(name).click()
        expect(self.heading(name)).to_be_visible()
        return self

    def row(self, name: str) -> Locator:
        """A conversation in the list."""
        return self.page.locator("[data-conversation]", has_text=name)

    @property
    def field(self) -> Locator:
        """Where the reply is typed."""
        return self.page.get_by_role("textbox", name="Reply")

    def reply(self, words: str) -> None:
        """Type it as a person does, and send it by Enter."""
        self.field.click()
        self.page.keyboard.insert_text(words)
        self.page.keyboard.press("Enter")

    def bubble(self, words: str) -> Locator:
        """The message with these words."""
        return self.page.get_by_role("article").filter(has_text=words)

    def expect_sent(self, words: str) -> None:
        """The reply stands there once, with its tick."""
        expect(self.bubble(words).get_by_role("img", name="Sent")).to_be_visible(timeout=20_000)
        expect(self.bubble(words)).to_have_count(1)

    @property
    def banner(self) -> Locator:
        """What is said of the connection."""
        return self.page.locator(".banner")


def open_desk(browser: Browser, house: House, **options: Any) -> Desk:
    """A window of its own; errors of its scripts or of its security policy are its `faults`."""
    settings = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US", **options}
    context = browser.new_context(**settings)
    context.set_default_timeout(30_000)
    desk = Desk(context.new_page(), house)
    desk.page.on("pageerror", lambda error: desk.faults.append(str(error)))
    desk.page.on("dialog", lambda dialog: desk.faults.append(f"dialog: {dialog.message}"))
    desk.page.on(
        "console",
        lambda line: desk.faults.append(line.text) if "Content Security" in line.text else None,
    )
    return desk
