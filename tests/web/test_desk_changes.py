"""Editing and deleting what was sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import Desk

MARIA = "Мария Соколова"
SENT = "Порт перезапустили, попробуйте."
NEW = "Порт перезапустили ещё раз."


@pytest.fixture
def page(desk: Desk) -> Page:
    """Maria's conversation, with words of ours that she has read."""
    desk.sign_in()
    desk.open(MARIA)
    return desk.go_to_end()


def _bubble(page: Page, words: str = SENT) -> Locator:
    return page.get_by_role("article").filter(has_text=words)


def _choose(page: Page, deed: str, words: str = SENT) -> None:
    _bubble(page, words).hover()
    _bubble(page, words).get_by_role("button", name="Change this message").click()
    page.get_by_role("menuitem", name=deed).click()


def _field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="New words of the message")


def test_an_edit_shows_that_it_is_under_way_and_then_the_new_words(desk: Desk, page: Page) -> None:
    desk.stage("set", {"change_seconds": 1.5})
    _choose(page, "Edit")
    expect(_field(page)).to_be_focused()
    expect(_field(page)).to_have_value(SENT)
    _field(page).fill(NEW)
    _field(page).press("Enter")
    pending = _bubble(page).locator(".change")
    expect(pending).to_contain_text("Being changed to:")
    expect(pending).to_contain_text(NEW)
    expect(_bubble(page).locator(".bubble")).to_contain_text(SENT)
    changed = _bubble(page, NEW)
    expect(changed.locator(".bubble")).to_contain_text(NEW)
    expect(changed.locator(".change")).to_have_count(0)
    expect(changed.get_by_role("button", name="Show earlier versions")).to_be_visible()
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()


def test_escape_leaves_the_editing_and_the_draft_is_there_again(page: Page) -> None:
    page.get_by_role("textbox", name="Reply").fill("Half a thought")
    _choose(page, "Edit")
    _field(page).fill("Something else")
    _field(page).press("Escape")
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("Half a thought")
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    expect(page.get_by_role("heading", level=1, name=MARIA)).to_be_visible()
    expect(_bubble(page).locator(".change")).to_have_count(0)


def test_a_deletion_is_asked_once_and_keeps_the_messages_place(desk: Desk, page: Page) -> None:
    _choose(page, "Delete")
    dialog = page.get_by_role("dialog", name="Delete this message?")
    expect(dialog).to_contain_text(SENT)
    dialog.get_by_role("button", name="Cancel").last.click()
    expect(dialog).to_have_count(0)
    expect(_bubble(page)).to_be_visible()
    before = page.get_by_role("article").count()
    _choose(page, "Delete")
    dialog.get_by_role("button", name="Delete").click()
    expect(_bubble(page)).to_have_count(0)
    expect(page.locator(".message.out .deleted")).to_contain_text("Message deleted")
    assert page.get_by_role("article").count() == before
    deleted = [message for message in desk.stage.messages(MARIA) if message["deleted_at"]]
    assert [message["parts"][0]["text"] for message in deleted][-1] == SENT


@pytest.mark.parametrize("is_retryable", [True, False])
def test_a_refused_change_says_why_and_can_be_dropped(
    desk: Desk, page: Page, is_retryable: bool
) -> None:
    words = "Bad Request: message can't be edited"
    refusal = {"code": "not_editable", "reason": words, "is_retryable": is_retryable}
    desk.stage("set", {"change_refusal": refusal})
    _choose(page, "Edit")
    _field(page).fill(NEW)
    _field(page).press("Enter")
    failed = _bubble(page).locator(".change.failed")
    expect(failed).to_contain_text("Not changed: the channel does not let this message be edited")
    expect(failed).to_contain_text(words)
    expect(failed).to_contain_text(NEW)
    expect(failed.get_by_role("button", name="Try again")).to_have_count(int(is_retryable))
    failed.get_by_role("button", name="Leave it as it is").click()
    expect(failed).to_have_count(0)
    expect(_bubble(page).locator(".bubble")).to_contain_text(SENT)


def test_a_refused_deletion_can_be_tried_again(desk: Desk, page: Page) -> None:
    refusal = {"code": "unavailable", "reason": "Bad Gateway", "is_retryable": True}
    desk.stage("set", {"change_refusal": refusal})
    _choose(page, "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    failed = _bubble(page).locator(".change.failed")
    expect(failed).to_contain_text("Not deleted: the channel could not be reached")
    desk.stage("set", {"change_refusal": None})
    failed.get_by_role("button", name="Try again").click()
    expect(page.locator(".message.out .deleted")).to_be_visible()


def test_what_the_server_refuses_stays_in_the_field(desk: Desk, page: Page) -> None:
    path = "PUT /api/conversations"
    desk.stage("set", {"failing": {path: 503}})
    _choose(page, "Edit")
    _field(page).fill(NEW)
    _field(page).press("Enter")
    expect(page.get_by_text("The message could not be changed.")).to_be_visible()
    expect(_field(page)).to_have_value(NEW)
    desk.stage("set", {"failing": {}})
    _field(page).press("Enter")
    expect(_bubble(page, NEW).locator(".bubble")).to_contain_text(NEW)


def test_all_of_it_goes_by_the_keyboard(page: Page) -> None:
    menu = _bubble(page).get_by_role("button", name="Change this message")
    menu.focus()
    expect(menu).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Edit")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Delete this message?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", level=1, name=MARIA)).to_be_visible()


def test_only_what_the_channel_has_of_ours_can_be_changed(page: Page) -> None:
    for words in ("Мария, вы здесь?", "Да! Перезагрузила"):
        bubble = _bubble(page, words)
        expect(bubble).to_be_visible()
        expect(bubble.get_by_role("button", name="Change this message")).to_have_count(0)
