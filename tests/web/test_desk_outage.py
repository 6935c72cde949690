"""The server is away for a moment: what a panel could not read, it reads when the line is back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.conftest import Desk

MARIA = "Мария Соколова"


def test_the_contact_panel_fills_by_itself_when_the_server_is_back(desk: Desk) -> None:
    desk.sign_in()
    desk.stage("set", {"failing": {"GET /api/contacts": 503}})
    panel = desk.open(MARIA).locator(".contact-panel")
    expect(panel.get_by_text("could not be read")).to_be_visible()

    desk.stage("set", {"failing": {}})

    expect(panel.locator("[aria-expanded]").first).to_be_visible()
    expect(panel.get_by_text("could not be read")).to_have_count(0)


def test_an_earlier_conversation_is_read_when_the_server_is_back(desk: Desk) -> None:
    desk.sign_in()
    earlier = desk.open(MARIA).locator(".contact-panel [aria-expanded]").first
    expect(earlier).to_be_visible()
    desk.stage("set", {"failing": {"GET /api/conversations": 503}})
    earlier.click()
    panel = desk.page.locator(".contact-panel")
    expect(panel.get_by_text("could not be opened")).to_be_visible()

    desk.stage("set", {"failing": {}})

    expect(panel.locator(".said").first).to_be_visible()


def test_a_waiting_list_is_read_when_the_server_is_back(desk: Desk) -> None:
    page = desk.sign_in()
    desk.stage("set", {"failing": {"GET /api/queues": 503}})
    page.get_by_role("tab", name="Queues").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()

    desk.stage("set", {"failing": {}})

    expect(page.locator(".waiting [data-conversation]").first).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_what_the_server_refuses_is_not_asked_for_again_and_again(desk: Desk) -> None:
    desk.sign_in()
    desk.stage("set", {"failing": {"GET /api/contacts": 403}})
    page = desk.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    panel = desk.open(MARIA).locator(".contact-panel")
    expect(panel.get_by_text("could not be read")).to_be_visible()
    page.wait_for_timeout(2500)

    assert len([url for url in asked if "/api/contacts" in url]) == 1
