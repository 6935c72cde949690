"""The site proves a customer; an administrator replaces a bot's token."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.conftest import Desk
from tests.web.stand_in.people import make_account

MARIA = "Мария Соколова"
ADMIN = ["conversation.reply", "channel.read", "channel.configure"]


def _set_address(desk: Desk, **change: object) -> None:
    desk.stage("address", {**change}, name=MARIA)


def test_the_panel_says_that_the_site_has_proven_who_it_is(desk: Desk) -> None:
    desk.stage("set", {"subjects": ["customer-7"]})
    page = desk.sign_in()
    desk.open(MARIA)
    panel = page.locator(".contact-panel")
    expect(panel.get_by_text("Proven by the site")).to_have_count(0)

    _set_address(desk, proof="signed")

    expect(panel.get_by_text("Proven by the site")).to_be_visible()
    expect(panel.get_by_text("customer-7")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("English", "The site says that this address is customer customer-8’s."),
        ("Русский", "Сайт считает, что этот адрес принадлежит клиенту customer-8."),
    ],
)
def test_the_panel_says_that_the_site_takes_them_for_another(
    desk: Desk, language: str, words: str
) -> None:
    desk.stage("set", {"said_of_address": {"disputed_subject": "customer-8"}})
    page = desk.sign_in(language)
    desk.open(MARIA)

    _set_address(desk, is_disputed=True)

    expect(page.locator(".contact-panel").get_by_text(words)).to_be_visible()


def test_a_link_of_the_site_is_said_without_its_token(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open(MARIA)
    desk.stage("parts", {"parts": [{"type": "start", "payload": "struck-out"}]}, name=MARIA)

    expect(page.get_by_text("Came by a link of our site").last).to_be_visible()
    expect(page.get_by_text("struck-out")).to_have_count(0)


def _open_accounts(desk: Desk) -> None:
    page = desk.sign_in()
    page.get_by_role("button", name="Анна Ковалёва: account").click()
    page.get_by_role("menuitem", name="Channel accounts").click()
    expect(page.get_by_role("dialog", name="Channel accounts")).to_be_visible()


def test_who_may_not_see_accounts_is_not_offered_them(desk: Desk) -> None:
    page = desk.sign_in()
    page.get_by_role("button", name="Анна Ковалёва: account").click()

    expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Channel accounts")).to_have_count(0)


def test_who_may_only_see_accounts_replaces_nothing(desk: Desk) -> None:
    desk.stage("set", {"permissions": ["channel.read"]})
    _open_accounts(desk)

    expect(desk.page.get_by_text("Works")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Replace the token")).to_have_count(0)


def test_a_refused_token_is_replaced(desk: Desk) -> None:
    refused = make_account(health="refused", health_detail="Unauthorized")
    desk.stage("set", {"permissions": ADMIN, "accounts": [refused]})
    _open_accounts(desk)
    page = desk.page
    expect(page.get_by_text("The channel refuses our token.")).to_be_visible()
    expect(page.get_by_text("The channel says: Unauthorized")).to_be_visible()

    page.get_by_role("button", name="Replace the token").click()
    field = page.get_by_label("Token from @BotFather")
    expect(field).to_be_focused()
    expect(page.get_by_role("button", name="Try and save")).to_be_disabled()
    field.fill("8:of-a-rival")
    field.press("Enter")
    alert = page.get_by_role("alert").filter(has_text="rival_bot")
    expect(alert).to_contain_text("@rival_bot (8)")
    expect(alert).to_contain_text("@svetlo_support_bot (7)")

    field.fill("7:new")
    page.get_by_role("button", name="Try and save").click()

    expect(page.get_by_text("Works")).to_be_visible()
    expect(field).to_have_count(0)


def test_accounts_that_cannot_be_read_are_asked_for_again(desk: Desk) -> None:
    desk.stage("set", {"permissions": ADMIN, "failing": {"GET /api/channel-accounts": 403}})
    _open_accounts(desk)
    expect(desk.page.get_by_text("The channel accounts could not be read.")).to_be_visible()

    desk.stage("set", {"failing": {}})
    desk.page.get_by_role("button", name="Try again").click()

    expect(desk.page.get_by_text("Works")).to_be_visible()


def test_an_installation_without_accounts_says_how_to_add_one(desk: Desk) -> None:
    desk.stage("set", {"permissions": ADMIN, "accounts": []})
    _open_accounts(desk)

    expect(desk.page.get_by_text("halfminute channel add")).to_be_visible()
