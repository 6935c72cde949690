"""The chat on a site's page: asked there, answered at the desk, and no word lost in between."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.shop import Shop, Visitor, add_widget

pytestmark = pytest.mark.journey


def test_a_question_on_a_page_is_answered_at_the_desk(
    desk: Desk, floor: Floor, visitor: Visitor
) -> None:
    desk.sign_in(floor.agent).go_available()
    visitor.open()
    visitor.say("How do I set up <b>roaming</b>?")
    visitor.expect_received("How do I set up <b>roaming</b>?")

    desk.accept("Guest")
    desk.reply("Dial *111# — готово")

    answer = visitor.line("Dial *111# — готово")
    expect(answer).to_contain_text(floor.agent.name)
    expect(desk.bubble("Dial *111# — готово").get_by_role("img", name="Read")).to_be_visible()
    visitor.say("It works!")
    expect(desk.bubble("It works!")).to_be_visible()


def test_nothing_is_asked_of_the_server_before_the_click(visitor: Visitor, floor: Floor) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.reload()
    expect(visitor.page.get_by_role("button", name="Open the chat")).to_be_visible()

    assert [url for url in asked if url.startswith(floor.house.url)] == [visitor.shop.script]
    assert visitor.page.context.cookies() == []


def test_the_thread_is_there_after_a_reload_and_in_another_tab(visitor: Visitor) -> None:
    visitor.open().say("Do you remember me?")
    visitor.expect_received("Do you remember me?")

    visitor.page.reload()
    visitor.open()
    visitor.expect_received("Do you remember me?")
    visitor.page = visitor.open_tab(visitor.page.context)
    visitor.open()
    visitor.expect_received("Do you remember me?")


def test_what_is_written_while_the_server_is_down_arrives_once_and_in_order(
    visitor: Visitor, floor: Floor
) -> None:
    visitor.open().say("First")
    visitor.expect_received("First")
    floor.house.kill("web")

    visitor.say("Second")
    visitor.say("Third")
    expect(visitor.line("Third")).to_contain_text("On its way")
    floor.house.start("web")
    floor.house.wait_until_well()

    visitor.expect_received("Second")
    visitor.expect_received("Third")
    said = visitor.chat.get_by_role("listitem").get_by_role("paragraph")
    expect(said).to_have_text(["First", "Second", "Third"])
    with floor.sign_in() as api:
        [conversation] = api.waiting(floor.queue_id)
        kept = [message["parts"][0]["text"] for message in api.messages(conversation["id"])]
    assert kept == ["First", "Second", "Third"]


def test_a_page_that_is_closed_before_the_answer_has_its_words_kept(
    visitor: Visitor, floor: Floor
) -> None:
    visitor.open()
    floor.house.kill("web")
    visitor.say("Sent from a tunnel")
    expect(visitor.line("Sent from a tunnel")).to_contain_text("On its way")
    context = visitor.page.context
    visitor.page.close()

    floor.house.start("web")
    floor.house.wait_until_well()
    visitor.page = visitor.open_tab(context)
    visitor.open()

    visitor.expect_received("Sent from a tunnel")


def test_a_site_that_is_not_named_shows_no_chat(browser: Browser, floor: Floor, shop: Shop) -> None:
    shop.carry(floor, add_widget(floor, "https://elsewhere.example"))
    context = browser.new_context(locale="en-US")
    visitor = Visitor(context, shop)

    visitor.page.get_by_role("button", name="Open the chat").click()

    visitor.page.wait_for_timeout(1000)
    expect(visitor.field).to_have_count(0)
    assert any("frame-ancestors" in fault for fault in visitor.faults)
    context.close()


def test_the_chat_is_used_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.page
    button = page.get_by_role("button", name="Open the chat")
    button.focus()
    page.keyboard.press("Enter")
    expect(visitor.field).to_be_focused()

    page.keyboard.insert_text("Hello")
    page.keyboard.press("Enter")
    visitor.expect_received("Hello")
    expect(visitor.field).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Open the chat")).to_be_focused()


def test_the_words_are_those_of_the_page(visitor: Visitor, floor: Floor, shop: Shop) -> None:
    shop.carry(floor, add_widget(floor, shop.url), language="ru-RU")
    visitor.page.reload()
    visitor.page.get_by_role("button", name="Открыть чат").click()

    expect(visitor.chat.get_by_role("textbox", name="Ваше сообщение")).to_be_visible()
