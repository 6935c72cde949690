"""For everyone: axe finds nothing in any state, theme and language, and nothing hides sideways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.web.conftest import Desk, Stage
from tests.web.stand_in.people import make_account
from tests.web.stand_in.pictures import make_photo
from tests.web.stand_in.samples import NADEZHDA, VOICE_MESSAGE

MARIA = "Мария Соколова"


def _open_sign_in(desk: Desk) -> None:
    desk.page.goto(desk.stage.url)
    desk.page.locator("#email").wait_for()


def _open_thread(desk: Desk) -> None:
    desk.sign_in()
    desk.open(MARIA)


def _open_note(desk: Desk) -> None:
    _open_thread(desk)
    desk.page.keyboard.press("n")
    desk.page.locator("textarea:focus").wait_for()


def _scroll_up(page: Page, to_pixels: int, until: str) -> None:
    """A thread that opens goes to its end by itself, and takes a first early scroll back."""
    page.wait_for_function(
        """([pixels, until]) => {
            const scroller = document.querySelector('.thread-scroll');
            const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
            if (scroller.scrollTop > pixels && below < 90) scroller.scrollTop = pixels;
            return document.querySelector(until) !== null;
        }""",
        arg=[to_pixels, until],
    )
    page.locator(until).first.wait_for()


def _choose(desk: Desk, deed: int) -> None:
    _open_thread(desk)
    desk.go_to_end()
    bubble = desk.page.get_by_role("article").filter(has_text="Порт перезапустили")
    bubble.hover()
    bubble.locator("[aria-haspopup='menu']").click()
    desk.page.get_by_role("menuitem").nth(deed).click()


def _open_editing(desk: Desk) -> None:
    _choose(desk, 0)
    desk.page.locator(".composer.editing").wait_for()


def _open_failed_change(desk: Desk) -> None:
    refusal = {"code": "not_editable", "reason": "can't be edited", "is_retryable": True}
    desk.stage("set", {"change_refusal": refusal})
    _open_editing(desk)
    desk.page.keyboard.type("!")
    desk.page.keyboard.press("Control+Enter")
    desk.page.locator(".change.failed").wait_for()


def _open_pending_change(desk: Desk) -> None:
    desk.stage("set", {"change_seconds": 60})
    _open_editing(desk)
    desk.page.keyboard.type("!")
    desk.page.keyboard.press("Control+Enter")
    desk.page.locator(".change.pending").wait_for()


def _open_deletion(desk: Desk) -> None:
    _choose(desk, 1)
    desk.page.get_by_role("dialog").wait_for()


def _open_older(desk: Desk) -> None:
    _open_thread(desk)
    _scroll_up(desk.page, 300, ".photo")


def _open_album(desk: Desk) -> None:
    desk.sign_in()
    desk.open(NADEZHDA)
    desk.page.locator(".gallery").first.wait_for()


def _open_lightbox(desk: Desk) -> None:
    _open_album(desk)
    desk.page.locator(".gallery button").last.click()
    desk.page.locator(".lightbox img").wait_for()


def _open_parts(desk: Desk) -> None:
    _open_album(desk)
    _scroll_up(desk.page, 0, ".thread-scroll .person")


def _open_stickers(desk: Desk) -> None:
    _open_album(desk)
    _scroll_up(desk.page, 900, ".sticker")
    desk.page.locator(".sound").first.wait_for()


def _open_outcome(desk: Desk) -> None:
    _open_thread(desk)
    at = "2026-03-01T10:00:00Z"
    rating = {"score": 2, "words": "Slow. " * 60, "rated_at": at}
    desk.stage("verdict", {"ended_by_contact_at": at, "rating": rating}, name=MARIA)
    desk.stage("typing", name=MARIA)
    desk.page.locator("div.outcome").wait_for()
    desk.page.locator(".head .typing").wait_for()


def _open_picker(desk: Desk) -> None:
    _open_thread(desk)
    desk.page.keyboard.press("s")
    desk.page.locator(".tile img").first.wait_for()


def _open_found_stickers(desk: Desk) -> None:
    _open_picker(desk)
    desk.page.keyboard.type("cats")
    desk.page.locator(".tile").nth(6).wait_for()


def _open_empty_picker(desk: Desk) -> None:
    desk.stage("set", {"sticker_sets": []})
    _open_thread(desk)
    desk.page.keyboard.press("s")
    desk.page.locator(".chooser .empty").wait_for()


def _open_failed_picker(desk: Desk) -> None:
    desk.stage("set", {"failing": {"sticker-sets": 503}})
    _open_thread(desk)
    desk.page.keyboard.press("s")
    desk.page.locator(".chooser button").wait_for()


def _open_sticker_sets(desk: Desk) -> None:
    desk.stage("set", {"permissions": ["conversation.reply", "channel.configure"]})
    _open_picker(desk)
    desk.page.locator(".chooser .head .icon-button").click()
    desk.page.locator("#sticker-set-name").fill("no set")
    desk.page.keyboard.press("Enter")
    desk.page.locator("#sticker-set-trouble .notice").wait_for()


def _open_queues(desk: Desk) -> None:
    desk.sign_in()
    desk.page.get_by_role("tab").nth(1).click()
    desk.page.locator("[data-conversation]").first.wait_for()


def _open_offer(desk: Desk) -> None:
    desk.sign_in()
    desk.stage("offer")
    desk.page.locator(".offer").wait_for()


def _open_close(desk: Desk) -> None:
    _open_thread(desk)
    desk.page.keyboard.press("e")
    desk.page.get_by_role("dialog").wait_for()


def _open_help(desk: Desk) -> None:
    desk.sign_in()
    desk.page.keyboard.press("?")
    desk.page.get_by_role("dialog").wait_for()


def _open_wrap_up(desk: Desk) -> None:
    desk.sign_in()
    desk.page.locator("[data-conversation]", has_text="Вера Павловна").click()
    desk.page.locator(".wrap-up").wait_for()


def _open_settings(desk: Desk) -> None:
    desk.sign_in()
    desk.page.locator(".rail [data-popover-trigger]").click()
    desk.page.locator(".settings").wait_for()


def _open_contact(desk: Desk) -> None:
    _open_thread(desk)
    if desk.page.locator(".narrow").first.is_visible():
        desk.page.get_by_role("button", name="Show the contact").click()
    desk.page.locator(".contact-panel [aria-expanded]").first.click()
    desk.page.locator(".contact-panel .said").first.wait_for()


def _open_dispute(desk: Desk) -> None:
    desk.stage("set", {"subjects": ["7"], "said_of_address": {"disputed_subject": "8"}})
    _open_thread(desk)
    if desk.page.locator(".narrow").first.is_visible():
        desk.page.get_by_role("button", name="Show the contact").click()
    desk.stage("address", {"proof": "signed", "is_disputed": True}, name=MARIA)
    desk.page.locator(".contact-panel .dispute").wait_for()


def _open_accounts(desk: Desk) -> None:
    refused = make_account(health="refused", health_detail="Unauthorized", id=str(uuid4()))
    permissions = ["channel.read", "channel.configure"]
    desk.stage("set", {"permissions": permissions, "accounts": [make_account(), refused]})
    desk.sign_in()
    desk.page.locator(".rail [aria-haspopup='menu']").last.click()
    desk.page.get_by_role("menuitem").first.click()
    desk.page.locator("[role=dialog] article header button").last.click()
    desk.page.locator("input[type=password]").wait_for()


def _open_stale(desk: Desk) -> None:
    desk.sign_in()
    desk.stage("set", {"is_live": False})
    desk.page.locator(".banner").wait_for()


def _attach(page: Page, *names: str) -> None:
    files: list[FilePayload] = [
        {"name": name, "mimeType": "image/png", "buffer": make_photo()} for name in names
    ]
    page.locator("input[type='file'][multiple]").set_input_files(files)


def _open_tray(desk: Desk) -> None:
    """One is there, one was refused, one is on its way."""
    _open_thread(desk)
    page = desk.page
    _attach(page, "tower.png")
    page.locator(".tile.ready").wait_for()
    answer = '{"code": "infected_file", "message": "", "fields": {}}'
    page.route("**/api/files?*", lambda route: route.fulfill(status=422, body=answer))
    _attach(page, "a-name-that-is-much-longer-than-its-tile.png")
    page.locator(".tile.failed").wait_for()
    page.unroute("**/api/files?*")
    page.route("**/api/files?*", lambda _: None)
    _attach(page, "later.png")
    page.locator(".tile.uploading").wait_for()


def _open_place(desk: Desk) -> None:
    _open_thread(desk)
    desk.page.locator(".composer .bar [aria-label]").last.click()
    desk.page.get_by_role("dialog").wait_for()
    desk.page.locator("#place-degrees").fill("50.45, 30.52")


def _open_missing(desk: Desk) -> None:
    """Files in every state that is not ready."""
    _open_thread(desk)
    states = ("pending", "too_large", "expired", "failed", "infected")
    parts = [{**VOICE_MESSAGE, "name": f"{state}.ogg", "file_state": state} for state in states]
    heard = {**VOICE_MESSAGE, "waveform": [10, 50, 100, 30] * 16}
    desk.stage("parts", {"parts": [*parts, heard]}, name=MARIA)
    desk.go_to_end()
    desk.page.locator(".waveform").wait_for()


STATES: list[Callable[[Desk], None]] = [
    _open_sign_in,
    _open_thread,
    _open_note,
    _open_editing,
    _open_pending_change,
    _open_failed_change,
    _open_deletion,
    _open_older,
    _open_album,
    _open_lightbox,
    _open_parts,
    _open_stickers,
    _open_outcome,
    _open_picker,
    _open_found_stickers,
    _open_empty_picker,
    _open_failed_picker,
    _open_sticker_sets,
    _open_queues,
    _open_offer,
    _open_close,
    _open_help,
    _open_wrap_up,
    _open_settings,
    _open_contact,
    _open_dispute,
    _open_accounts,
    _open_stale,
    _open_tray,
    _open_place,
    _open_missing,
]


class Look(NamedTuple):
    theme: Literal["light", "dark"]
    locale: str
    width: int

    def __str__(self) -> str:
        return f"{self.theme}-{self.locale}-{self.width}"


class _Russian(Desk):
    def sign_in(self, language: str = "Русский") -> Page:
        return super().sign_in(language)


def _desk(browser: Browser, stage: Stage, look: Look) -> Desk:
    stage("reset")
    context = browser.new_context(
        viewport={"width": look.width, "height": 844},
        color_scheme=look.theme,
        locale=look.locale,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    kind = _Russian if look.locale == "ru-RU" else Desk
    return kind(context.new_page(), stage)


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found]


@pytest.mark.parametrize(
    "look",
    [Look("light", "en-US", 1440), Look("dark", "ru-RU", 1440), Look("dark", "en-US", 390)],
    ids=str,
)
@pytest.mark.parametrize("open_state", STATES, ids=lambda state: state.__name__.strip("_"))
def test_axe_finds_nothing(
    browser: Browser, stage: Stage, open_state: Callable[[Desk], None], look: Look
) -> None:
    desk = _desk(browser, stage, look)
    try:
        open_state(desk)
        desk.page.wait_for_timeout(350)
        assert _violations(desk.page) == []
        assert not desk.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    finally:
        desk.page.context.close()


@pytest.mark.parametrize("language", ["English", "Русский"])
def test_a_small_desktop_needs_no_sideways_scrolling(desk: Desk, language: str) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1280, "height": 720})
    desk.sign_in(language)
    desk.open(MARIA)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    expect(page.locator(".contact-panel")).to_be_in_viewport(ratio=1)


def test_a_phone_shows_list_thread_and_contact_as_pages(desk: Desk) -> None:
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    desk.sign_in()
    desk.open(MARIA)
    expect(page.locator(".list-pane")).to_be_hidden()
    page.get_by_role("button", name="Show the contact").click()
    expect(page.get_by_role("main", name="Contact")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Back").click()
    expect(page.locator(".list-pane")).to_be_visible()
