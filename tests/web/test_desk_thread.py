"""Reading and writing in a conversation."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import Desk
from tests.web.test_desk_tabs import list_kept

MARIA = "Мария Соколова"


def _write(page: Page, words: str) -> None:
    page.get_by_role("textbox", name="Reply").fill(words)
    page.get_by_role("textbox", name="Reply").press("Enter")


def _texts(desk: Desk, name: str) -> list[str]:
    return [message["parts"][0].get("text", "") for message in desk.stage.messages(name)]


def test_a_reply_stands_in_the_thread_before_the_server_answered(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/messages", hold)
    with page.expect_request("**/messages"):
        _write(page, "Armenia is included.")
    bubble = page.get_by_role("article").filter(has_text="Armenia is included.")
    expect(bubble.get_by_role("img", name="Sending to the server")).to_be_visible()
    held[0].continue_()
    page.unroute("**/messages")
    expect(bubble.get_by_role("img", name="Delivered")).to_be_visible()
    expect(bubble).to_have_count(1)


def test_a_reload_neither_loses_nor_doubles_a_reply(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    desk.stage("set", {"failing": {"POST /api/conversations": 503}})
    _write(page, "First")
    _write(page, "Second")
    expect(page.get_by_role("article").filter(has_text="Second")).to_be_visible()
    page.reload()
    expect(page.get_by_role("article").filter(has_text="First")).to_be_visible()
    desk.stage("set", {"failing": {}})
    second = page.get_by_role("article").filter(has_text="Second")
    sent = second.get_by_role("img", name="Delivered")
    expect(sent).to_be_visible(timeout=20_000)
    assert _texts(desk, "Oliver Brandt")[-2:] == ["First", "Second"]
    assert list_kept(page) == []


def test_a_refused_reply_says_why_and_can_be_thrown_away(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    desk.stage("set", {"failing": {"POST /api/conversations": 403}})
    _write(page, "Too late")
    expect(page.get_by_text("Not sent:")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("article").filter(has_text="Too late")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "why"),
    [("English", "has deleted their account"), ("Русский", "удалил свой аккаунт")],
)
def test_a_known_refusal_is_told_in_our_words_with_the_channels_own_beside_them(
    desk: Desk, language: str, why: str
) -> None:
    page = desk.sign_in(language)
    desk.open("Oliver Brandt")
    words = "Forbidden: user is deactivated"
    desk.stage("refusal", name="Oliver Brandt", words="A", code="user_deactivated", reason=words)
    trouble = page.locator(".trouble")
    expect(trouble).to_contain_text(why)
    expect(trouble).to_contain_text(words)


def test_a_refusal_nobody_knows_is_told_in_the_channels_words_once(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    desk.stage("refusal", name="Oliver Brandt", words="A", code="", reason="Bad_Request: of a kind")
    expect(page.locator(".trouble")).to_have_text("Not delivered: Bad_Request: of a kind")


def test_an_unknown_delivery_is_explained_and_sent_again_only_on_a_word(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open(MARIA)
    bubble = page.get_by_role("article").filter(has_text="Мария, вы здесь?")
    expect(bubble).to_contain_text("the customer may see it twice")
    bubble.get_by_role("button", name="Send again").click()
    expect(bubble.get_by_role("img", name="Delivered")).to_be_visible()


def test_what_customers_write_is_text_and_never_markup(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    words = "<img src=x onerror=document.title='owned'><script>alert(1)</script>"
    desk.stage("message", name="Oliver Brandt", words=words)
    expect(page.get_by_role("article").filter(has_text=words)).to_be_visible()
    assert page.locator(".bubble img").count() == 0
    assert "owned" not in page.title()


def test_a_note_is_another_thing_than_a_reply(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    page.keyboard.press("n")
    note = page.get_by_role("textbox", name="Note")
    expect(note).to_be_focused()
    note.fill("Ask roaming")
    with page.expect_response(lambda r: r.request.method == "POST" and r.ok):
        page.get_by_role("button", name="Add note").click()
    expect(page.get_by_role("article", name="Note, only your team sees it")).to_be_visible()
    assert desk.stage.messages("Oliver Brandt")[-1]["direction"] == "internal"
    desk.open(MARIA)
    expect(page.get_by_role("textbox", name="Reply")).to_be_visible()


def test_a_draft_is_on_the_server_and_in_the_list(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    with page.expect_response(lambda r: r.url.endswith("/draft") and r.ok):
        page.get_by_role("textbox", name="Reply").fill("A gigabyte costs")
    desk.open(MARIA)
    expect(page.get_by_text("Draft: A gigabyte costs")).to_be_visible()
    page.evaluate("localStorage.clear()")
    page.reload()
    desk.open("Oliver Brandt")
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("A gigabyte costs")


def test_two_drafts_are_decided_by_the_agent(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    desk.stage("draft", name="Oliver Brandt", words="from the phone")
    page.get_by_role("textbox", name="Reply").fill("from the desk")
    page.get_by_role("button", name="Take that one").click()
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("from the phone")


def test_a_long_conversation_opens_at_its_end_and_keeps_few_rows(desk: Desk) -> None:
    page = desk.sign_in()
    desk.stage("history", name=MARIA, count=1000)
    page.reload()
    desk.open(MARIA)
    expect(page.get_by_text("Но скорость всего 2 Мбит", exact=False).last).to_be_visible()
    scroller = page.locator(".thread-scroll")
    for _ in range(5):
        scroller.evaluate("element => { element.scrollTop = 0 }")
        time.sleep(0.3)
    assert page.get_by_role("article").count() < 200


def test_revisions_open_beside_the_edited_message(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open(MARIA)
    edited = page.get_by_role("button", name="Show earlier versions")
    page.locator(".thread-scroll").hover()
    for _ in range(20):
        if edited.is_visible():
            break
        page.mouse.wheel(0, -200)
        page.wait_for_timeout(100)
    edited.click()
    expect(page.get_by_text("вышка здесь не причём")).to_be_visible()


def test_closing_takes_two_keys_and_the_wrap_up_ends_by_a_third(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    page.keyboard.press("e")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("1")
    expect(page.get_by_role("group", name="Wrap-up")).to_contain_text("Solved, Question answered")
    page.get_by_role("button", name="Ready").click()
    expect(page.locator("[data-conversation]", has_text="Oliver Brandt")).to_have_count(0)
