"""Coming in: the sign-in page and what the desk says when its server is not well."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.conftest import Desk


def test_wrong_passwords_are_told_and_then_slowed_down(desk: Desk) -> None:
    page = desk.page
    page.goto(desk.stage.url)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your e-mail")
    page.get_by_label("E-mail").fill("anna@svetlo.example")
    page.get_by_label("Password", exact=True).fill("wrong")
    for _ in range(3):
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("not right")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("seconds")
    expect(page.get_by_role("button", name="Sign in")).to_be_disabled()


def test_the_language_can_be_chosen_before_signing_in(desk: Desk) -> None:
    page = desk.page
    page.goto(desk.stage.url)
    page.get_by_role("button", name="Русский").click()
    expect(page.get_by_role("heading")).to_have_text("Вход на рабочее место")
    assert page.locator("html").get_attribute("lang") == "ru"
    desk.sign_in("Русский")
    page.reload()
    expect(page.get_by_role("tab", name="Очереди")).to_be_visible()


def test_a_lost_database_is_named_and_the_desk_opens_when_it_is_back(desk: Desk) -> None:
    page = desk.sign_in()
    desk.stage("set", {"failing": {"GET /api/desk": 503}})
    page.reload()
    expect(page.get_by_role("heading", name="The database is not there")).to_be_visible()
    desk.stage("set", {"failing": {}})
    expect(page.get_by_text("Мария Соколова")).to_be_visible()


def test_an_ended_session_leads_to_the_sign_in_with_an_explanation(desk: Desk) -> None:
    page = desk.sign_in()
    desk.stage("drop", code=4401)
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_be_focused()
