"""A thread opens at its first unread words, whatever is measured and comes later."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import Desk
from tests.web.stand_in.samples import PHOTOS, VOICE_MESSAGE

MARIA = "Мария Соколова"
OPENINGS = 40
# How many times slower than this machine the page's scripts run.
SLOWNESS = (1, 6)

_IS_STILL = """() => new Promise((resolve) => {
    const scroller = document.querySelector('.thread-scroll');
    let [place, height, stood] = [scroller.scrollTop, scroller.scrollHeight, 0];
    const look = () => {
        const isSame = place === scroller.scrollTop && height === scroller.scrollHeight;
        [place, height] = [scroller.scrollTop, scroller.scrollHeight];
        stood = isSame ? stood + 1 : 0;
        if (stood > 20) resolve();
        else requestAnimationFrame(look);
    };
    look();
})"""


def _leave_unread(desk: Desk, count: int) -> None:
    """A long thread with pictures in it, whose last `count` messages nobody has read."""
    desk.stage("history", name=MARIA, count=120)
    thread = desk.stage.messages(MARIA)
    view = thread[0]["conversation_id"]
    for message in thread[-count - 6 : -count : 2]:
        desk.stage("replace", {**message, "parts": [PHOTOS[0]]})
    desk.stage("replace", {**thread[-count + 4], "parts": [VOICE_MESSAGE]})
    desk.stage("set", {"reads": {view: thread[-count - 1]["id"]}})


def _middle_of_border(page: Page) -> float:
    """Where the border of what is new stands once nothing moves: 0 at the top, 1 at the bottom."""
    page.locator(".thread-scroll .new").wait_for()
    page.evaluate(_IS_STILL)
    middle: float = page.evaluate("""() => {
        const within = document.querySelector('.thread-scroll').getBoundingClientRect();
        const border = document.querySelector('.thread-scroll .new').getBoundingClientRect();
        return (border.top + border.height / 2 - within.top) / within.height;
    }""")
    return middle


@pytest.mark.parametrize("slowness", SLOWNESS)
def test_a_thread_opens_at_its_first_unread_words_every_time(desk: Desk, slowness: int) -> None:
    _leave_unread(desk, 30)
    page = desk.sign_in()
    late: list[Route] = []
    page.route("**/api/files/**", lambda route: late.append(route))  # noqa: PLW0108 - it is marked
    throttle = page.context.new_cdp_session(page)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": slowness})
    for opening in range(OPENINGS // len(SLOWNESS)):
        if opening % 5 == 4:
            desk.open("Oliver Brandt")
            page.reload()
        desk.open(MARIA)
        assert _middle_of_border(page) == pytest.approx(0.5, abs=0.05), f"opening {opening}"
        # The pictures above it turn out to be none, and their rows become small.
        for route in late:
            route.abort()
        late.clear()
        expect(page.locator(".thread-scroll .unplayable").first).to_be_attached()
        assert _middle_of_border(page) == pytest.approx(0.5, abs=0.05), f"after {opening}"
        desk.open("Oliver Brandt")


def test_who_scrolls_has_the_thread_from_then_on(desk: Desk) -> None:
    _leave_unread(desk, 30)
    page = desk.sign_in()
    late: list[Route] = []
    page.route("**/api/files/**", lambda route: late.append(route))  # noqa: PLW0108 - it is marked
    desk.open(MARIA)
    _middle_of_border(page)
    page.locator(".thread-scroll").hover()
    page.mouse.wheel(0, 120)
    page.evaluate(_IS_STILL)
    moved = _middle_of_border(page)
    assert moved < 0.4
    for route in late:
        route.abort()
    expect(page.locator(".thread-scroll .unplayable").first).to_be_attached()
    assert _middle_of_border(page) < 0.4


def test_a_scripts_scroll_is_not_taken_back(desk: Desk) -> None:
    _leave_unread(desk, 30)
    page = desk.sign_in()
    desk.open(MARIA)
    border = page.locator(".thread-scroll .new")
    border.wait_for()
    page.locator(".thread-scroll").evaluate("element => { element.scrollTop += 900 }")
    page.evaluate(_IS_STILL)
    expect(border).not_to_be_in_viewport()


def test_opening_at_unread_words_does_not_mark_those_below_as_read(desk: Desk) -> None:
    _leave_unread(desk, 30)
    page = desk.sign_in()
    desk.open(MARIA)
    _middle_of_border(page)
    row = page.locator("[data-conversation]", has_text=MARIA)
    expect(row.locator(".badge")).to_be_visible()
    page.get_by_role("button", name="To the newest").click()
    expect(row.locator(".badge")).to_have_count(0)


def test_unread_words_beyond_the_first_page_are_found(desk: Desk) -> None:
    _leave_unread(desk, 80)
    page = desk.sign_in()
    thread = desk.stage.messages(MARIA)
    first = next(m for m in thread[-80:] if m["direction"] == "in")
    desk.open(MARIA)
    following = page.locator(".thread-scroll article").filter(has_text=first["parts"][0]["text"])
    expect(following).to_be_in_viewport()
    assert _middle_of_border(page) == pytest.approx(0.5, abs=0.05)
