"""The chat's connection: a server that is away, hangs or hides its sockets, and several tabs."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.floor import Api, Floor
from tests.journeys.house import House
from tests.journeys.shop import Visitor

pytestmark = pytest.mark.journey

# A path that takes no sockets: to a page it looks as a proxy that lets none through.
_NO_SOCKETS = """
  const Real = WebSocket;
  WebSocket = class extends Real {
    constructor() { super(location.origin.replace('http', 'ws') + '/api/no-sockets'); }
  };
"""


def _count_contacts(house: House) -> int:
    """Connections of contacts, as the web process counts them."""
    figures = httpx.get(f"{house.url}/metrics").text
    found = re.search(r'^halfminute_sockets\{principal="contact"\} (\d+)', figures, re.MULTILINE)
    return int(found[1]) if found else 0


def _expect_contacts(house: House, count: int) -> None:
    deadline = time.monotonic() + 15
    while _count_contacts(house) != count:
        assert time.monotonic() < deadline, f"{_count_contacts(house)} connections, not {count}"
        time.sleep(0.1)


def _no_contacts(house: House) -> None:
    """Those of the plays before this one have gone."""
    _expect_contacts(house, 0)


@contextmanager
def _hung(house: House, role: str) -> Iterator[None]:
    """The process holds its connections and answers nothing."""
    pid = house.pid(role)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _expect_connection(visitor: Visitor) -> None:
    expect(visitor.chat.get_by_text("No connection")).to_have_count(0)


def _in_tab(visitor: Visitor, page: Page) -> Visitor:
    visitor.page = page
    return visitor


def test_a_chat_opened_while_the_server_does_not_answer_takes_words_and_sends_them_later(
    visitor: Visitor,
) -> None:
    context = visitor.page.context
    context.route("**/api/webchat/**", lambda route: route.abort())
    visitor.open()
    expect(visitor.chat.get_by_role("status").filter(has_text="No connection")).to_be_visible()
    visitor.say("Is anybody there?")
    expect(visitor.line("Is anybody there?")).to_contain_text("On its way")

    visitor.page.reload()
    visitor.open()
    expect(visitor.line("Is anybody there?")).to_contain_text("On its way")
    visitor.say("I can wait")
    context.unroute("**/api/webchat/**")

    visitor.expect_received("Is anybody there?")
    visitor.expect_received("I can wait")
    _expect_connection(visitor)


def test_a_button_pressed_while_the_server_is_down_opens_the_chat_when_it_is_back(
    visitor: Visitor, floor: Floor
) -> None:
    floor.house.kill("web")
    visitor.page.get_by_role("button", name="Open the chat").click()
    expect(visitor.page.get_by_role("status")).to_contain_text("Connecting to the chat")

    floor.house.start("web")
    floor.house.wait_until_well()

    expect(visitor.field).to_be_visible(timeout=40_000)
    expect(visitor.page.get_by_text("Connecting to the chat")).to_have_count(0)
    visitor.say("Here I am")
    visitor.expect_received("Here I am")


def test_only_a_refusal_closes_the_chat(visitor: Visitor) -> None:
    gone = '{"code": "widget_not_found", "message": "", "fields": {}}'
    visitor.page.context.route(
        "**/api/webchat/**",
        lambda route: route.fulfill(status=404, content_type="application/json", body=gone),
    )
    visitor.page.get_by_role("button", name="Open the chat").click()

    expect(visitor.chat.get_by_role("alert")).to_contain_text("This chat is closed now")
    expect(visitor.field).to_have_count(0)


def test_where_no_socket_comes_through_answers_come_over_a_stream(
    visitor: Visitor, floor: Floor, api: Api
) -> None:
    context = visitor.page.context
    context.add_init_script(_NO_SOCKETS)
    streams: list[str] = []
    context.on(
        "request", lambda asked: streams.append(asked.url) if "stream" in asked.url else None
    )
    visitor.page.reload()
    visitor.open().say("Hello from an office")
    visitor.expect_received("Hello from an office")
    conversation_id = api.accept()

    api.answer(conversation_id, "Hello to the office")

    expect(visitor.line("Hello to the office")).to_be_visible()
    assert streams
    floor.house.kill("web")
    floor.house.start("web")
    floor.house.wait_until_well()
    api.answer(conversation_id, "Still there?")
    # As long as a browser may pause that has found nobody for a while.
    expect(visitor.line("Still there?")).to_have_count(1, timeout=60_000)
    assert not [url for url in streams if "ey" in url.split("?")[1]]


def test_three_tabs_hear_by_one_connection_and_another_takes_over_from_the_first(
    visitor: Visitor, floor: Floor, api: Api
) -> None:
    _no_contacts(floor.house)
    pages = [visitor.page, *(visitor.open_tab(visitor.page.context) for _ in range(2))]
    for page in pages:
        _in_tab(visitor, page).open()
    _in_tab(visitor, pages[1]).say("From the second tab")
    conversation_id = api.accept()
    api.answer(conversation_id, "To all of you")
    for page in pages:
        _in_tab(visitor, page).expect_received("From the second tab")
        expect(visitor.line("To all of you")).to_have_count(1)
    _expect_contacts(floor.house, 1)

    pages[0].close()
    api.answer(conversation_id, "To those who are left")

    for page in pages[1:]:
        expect(_in_tab(visitor, page).line("To those who are left")).to_have_count(1)
    _expect_contacts(floor.house, 1)


def test_a_leader_that_hangs_is_relieved_and_leads_no_more(
    visitor: Visitor, floor: Floor, api: Api
) -> None:
    _no_contacts(floor.house)
    leader = visitor.page
    visitor.open().say("First tab")
    visitor.expect_received("First tab")
    conversation_id = api.accept()
    other = visitor.open_tab(visitor.page.context)
    _in_tab(visitor, other).open()
    visitor.expect_received("First tab")

    # A frame that answers nothing: its page holds the lock all the same.
    leader.evaluate("document.querySelector('div').shadowRoot.querySelector('iframe').remove()")
    api.answer(conversation_id, "Who hears this?")

    expect(visitor.line("Who hears this?")).to_have_count(1)
    _expect_contacts(floor.house, 1)


def test_what_was_read_in_one_tab_is_unread_in_none(
    visitor: Visitor, floor: Floor, api: Api
) -> None:
    first = visitor.page
    visitor.open().say("Hello")
    visitor.expect_received("Hello")
    conversation_id = api.accept()
    second = visitor.open_tab(visitor.page.context)
    _in_tab(visitor, second).open()
    visitor.expect_received("Hello")
    for page in (first, second):
        page.bring_to_front()
        page.get_by_role("button", name="Close the chat").click()
    marks = [page.locator("i") for page in (first, second)]

    api.answer(conversation_id, "An answer")
    for mark in marks:
        expect(mark).to_be_visible()
    first.bring_to_front()
    _in_tab(visitor, first).open()

    expect(visitor.line("An answer")).to_be_visible()
    for mark in marks:
        expect(mark).to_be_hidden()


def test_a_socket_that_looks_open_and_is_dead_is_noticed_when_the_visitor_comes_back(
    visitor: Visitor, floor: Floor, api: Api
) -> None:
    visitor.open().say("Hello")
    visitor.expect_received("Hello")
    conversation_id = api.accept()
    api.answer(conversation_id, "Good day")
    expect(visitor.line("Good day")).to_be_visible()
    visitor.page.wait_for_timeout(1500)
    with _hung(floor.house, "web"):
        visitor.page.frames[1].evaluate("dispatchEvent(new Event('online'))")
        expect(visitor.chat.get_by_role("status").filter(has_text="No connection")).to_be_visible(
            timeout=8000
        )

    api.answer(conversation_id, "Back again")
    expect(visitor.line("Back again")).to_have_count(1)
    _expect_connection(visitor)


def test_what_was_said_while_the_visitor_was_offline_is_heard_once(
    visitor: Visitor, api: Api
) -> None:
    visitor.open().say("Hello")
    visitor.expect_received("Hello")
    conversation_id = api.accept()
    context = visitor.page.context
    context.set_offline(True)
    visitor.say("Said in a tunnel")
    expect(visitor.chat.get_by_role("status").filter(has_text="No connection")).to_be_visible()
    api.answer(conversation_id, "Said meanwhile")

    context.set_offline(False)

    visitor.expect_received("Said in a tunnel")
    expect(visitor.line("Said meanwhile")).to_have_count(1)
