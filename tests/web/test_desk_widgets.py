"""A widget's settings at the desk, where something is in the way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.web.conftest import Desk
from tests.web.stand_in.people import make_account
from tests.web.stand_in.widgets import make_widget

ACCOUNT = make_account(kind="webchat", name="Shop", username=None)
ADMIN = ["channel.read", "channel.configure"]


def _open(desk: Desk, permissions: list[str] | None = None, **world: Any) -> Locator:
    """The settings of the one widget."""
    desk.stage("set", {"permissions": permissions or ADMIN, "accounts": [ACCOUNT], **world})
    page = desk.sign_in()
    page.get_by_role("button", name="Анна Ковалёва: account").click()
    page.get_by_role("menuitem", name="Channel accounts").click()
    page.get_by_role("article").get_by_role("button", name="Settings").click()
    return page.get_by_role("dialog", name=re.compile("^Chat on your site"))


def _save(settings: Locator) -> None:
    settings.get_by_role("button", name="Save").click()


def test_settings_that_cannot_be_read_are_asked_for_again(desk: Desk) -> None:
    settings = _open(desk, failing={"GET /api/widgets": 503})
    expect(settings.get_by_text("The widget’s settings could not be read.")).to_be_visible()

    desk.stage("set", {"failing": {}})
    settings.get_by_role("button", name="Try again").click()

    expect(settings.get_by_role("textbox", name="Title of the chat")).to_have_value("Svetlo")


def test_who_may_only_read_changes_nothing(desk: Desk) -> None:
    settings = _open(desk, ["channel.read"])

    expect(settings.get_by_text("You may look at these settings")).to_be_visible()
    expect(settings.get_by_role("textbox", name="Title of the chat")).to_be_disabled()
    expect(settings.get_by_role("button", name="Save")).to_have_count(0)


def test_what_another_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    settings = _open(desk)
    title = settings.get_by_role("textbox", name="Title of the chat")
    title.fill("Mine")
    theirs = make_widget(ACCOUNT["id"])
    theirs["revision"] = "2"
    theirs["settings"]["title"] = "Theirs"
    desk.stage("set", {"widgets": {ACCOUNT["id"]: theirs}})
    _save(settings)

    expect(settings.get_by_text("Somebody else changed this widget")).to_be_visible()
    expect(title).to_have_value("Mine")
    settings.get_by_role("button", name="Read anew").click()
    expect(title).to_have_value("Theirs")


def test_a_server_that_is_away_loses_nothing(desk: Desk) -> None:
    settings = _open(desk, failing={"PUT /api/widgets": 503})
    settings.get_by_role("textbox", name="Title of the chat").fill("Kept")
    _save(settings)
    expect(settings.get_by_text("That did not reach the server.")).to_be_visible()

    desk.stage("set", {"failing": {}})
    _save(settings)

    expect(settings.get_by_role("button", name="Save")).to_be_disabled()
    expect(settings.get_by_role("textbox", name="Title of the chat")).to_have_value("Kept")


def test_the_lines_for_the_site_are_copied_and_fixed(desk: Desk) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    settings = _open(desk)
    settings.get_by_role("button", name="Copy").click()
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r'<script async src="\S+/loader\.js"></script>', copied)

    settings.get_by_text("One fixed version").click()
    settings.get_by_role("button", name="Fix the present version").click()
    expect(settings.locator("pre")).to_contain_text('integrity="sha384-abc"')

    settings.get_by_role("textbox", name="Title of the chat").fill("Another")
    _save(settings)
    expect(settings.locator("pre")).to_have_count(0)


@pytest.mark.parametrize(
    ("given", "ink"), [("#ffd400", "text on it is black"), ("#101010", "White text can be read")]
)
def test_a_colour_says_what_can_be_read_on_it(desk: Desk, given: str, ink: str) -> None:
    settings = _open(desk)
    settings.get_by_role("textbox", name="Accent colour", exact=True).fill(given)

    expect(settings.get_by_text(re.compile(ink)).first).to_be_visible()


def test_what_was_told_before_the_chat_stands_beside_the_words(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Мария Соколова")
    answers = [{"name": "email", "value": "m@a.example"}, {"name": "topic", "value": "Роуминг"}]
    parts = [
        {"type": "text", "text": "Hello from the site", "entities": []},
        {"type": "form", "answers": answers},
    ]
    desk.stage("parts", {"parts": parts}, name="Мария Соколова")

    told = page.get_by_role("article").filter(has_text="Hello from the site").get_by_role("group")
    expect(told).to_contain_text("Told before the chat, not proven")
    expect(told).to_contain_text("m@a.example")
    expect(told).to_contain_text("Роуминг")
