"""The customer at the other end: that they type, that this was all, and how it was."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import Desk

MARIA = "Мария Соколова"
AT = "2026-03-01T10:00:00Z"


@pytest.fixture
def page(desk: Desk) -> Page:
    """Maria's conversation."""
    desk.sign_in()
    return desk.open(MARIA)


def _typing(page: Page) -> Locator:
    return page.locator("header").get_by_text("Typing…")


def test_a_customer_types_until_the_words_are_there(desk: Desk, page: Page) -> None:
    desk.stage("typing", name=MARIA)
    expect(_typing(page)).to_be_visible()
    desk.stage("message", name=MARIA, words="Спасибо!")
    expect(page.get_by_role("article").filter(has_text="Спасибо!")).to_be_visible()
    expect(_typing(page)).to_have_count(0)


def test_a_customer_who_stops_types_no_more(desk: Desk, page: Page) -> None:
    desk.stage("typing", name=MARIA)
    expect(_typing(page)).to_be_visible()
    desk.stage("typing", name=MARIA, is_typing=False)
    expect(_typing(page)).to_have_count(0)


def test_a_customer_of_whom_no_more_is_heard_types_no_more(desk: Desk, page: Page) -> None:
    desk.stage("typing", name=MARIA)
    expect(_typing(page)).to_be_visible()
    expect(_typing(page)).to_have_count(0, timeout=9000)


def test_what_the_customer_says_of_it_comes_while_one_looks(desk: Desk, page: Page) -> None:
    outcome = page.get_by_role("status", name="What the customer said of it")
    expect(outcome).to_be_empty()

    desk.stage("verdict", {"ended_by_contact_at": AT}, name=MARIA)
    expect(outcome).to_contain_text("The customer said that this was all.")
    rating = {"score": 4, "words": "<b>Quick</b>", "rated_at": AT}
    desk.stage("verdict", {"rating": rating}, name=MARIA)
    expect(outcome).to_contain_text("Rated 4 of 5")
    expect(outcome).to_contain_text("<b>Quick</b>")
    desk.stage("verdict", {"rating": rating | {"score": 2, "words": ""}}, name=MARIA)
    expect(outcome).to_contain_text("Rated 2 of 5")
    expect(outcome).not_to_contain_text("Quick")
