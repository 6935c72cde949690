"""The wallboard: what it shows of good, bad, old and missing figures, and to whom."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.conftest import Desk, Stage


class Look(NamedTuple):
    """A theme; a language and a width."""

    theme: Literal["light", "dark"]
    page: tuple[str, int]

    def __str__(self) -> str:
        return f"{self.theme}-{self.page[0]}-{self.page[1]}"


LOOKS = [
    Look("light", ("English", 1440)),
    Look("dark", ("English", 1440)),
    Look("light", ("Русский", 390)),
    Look("dark", ("Русский", 390)),
]
SUPERVISOR = ["conversation.reply", "report.read"]


def _stage(desk: Desk, **figures: Any) -> None:
    desk.stage("set", {"permissions": SUPERVISOR, "wallboard": figures})


def _open(desk: Desk, language: str = "English", **figures: Any) -> Page:
    _stage(desk, **figures)
    page = desk.sign_in(language)
    page.get_by_role("button", name="Wallboard" if language == "English" else "Табло").click()
    return page


def _tile(page: Page, name: str) -> Locator:
    return page.locator(f"[data-tile='{name}']")


def test_who_may_not_read_reports_is_offered_no_wallboard(desk: Desk) -> None:
    page = desk.sign_in()
    expect(page.get_by_role("button", name="Wallboard")).to_have_count(0)

    page.goto(f"{desk.stage.url}/#/wallboard")

    expect(page.locator("[data-conversation]").first).to_be_visible()
    expect(page.get_by_role("heading", name="Wallboard")).to_have_count(0)


def test_every_tile_says_how_it_stands_to_its_target(desk: Desk) -> None:
    page = _open(desk, waiting=6, waited_seconds=64, mean_wait_seconds=24, unsolved=9)

    expect(_tile(page, "waiting")).to_contain_text("2 more taken, not answered yet")
    expect(_tile(page, "longest")).to_contain_text("Past the target")
    expect(_tile(page, "longest")).to_contain_text("Target 0:30")
    expect(_tile(page, "wait")).to_contain_text("Close to the limit")
    expect(_tile(page, "solved")).to_contain_text("Past the target")
    expect(_tile(page, "abandoned")).to_contain_text("1 silent")
    expect(page.locator("[data-presence='available']")).to_have_text("11")


def test_a_share_that_just_misses_its_target_does_not_look_like_it(desk: Desk) -> None:
    page = _open(desk, unsolved=1)

    row = page.locator("[data-row='Первая линия']")
    expect(row).to_contain_text("97.9%")
    expect(row.get_by_role("img", name="Close to the limit")).to_be_visible()


def test_the_longest_wait_goes_on_between_two_answers(desk: Desk) -> None:
    page = _open(desk, waited_seconds=20)
    expect(_tile(page, "longest")).to_contain_text("0:2")
    seen = {_tile(page, "longest").locator("[data-value]").inner_text()}

    page.wait_for_function(
        """seen => !seen.includes(
            document.querySelector("[data-tile='longest'] [data-value]").innerText)""",
        arg=sorted(seen),
    )


def test_old_figures_say_so_and_are_judged_no_more(desk: Desk) -> None:
    page = _open(desk, waited_seconds=64)
    expect(_tile(page, "longest")).to_contain_text("Past the target")

    _stage(desk, waited_seconds=64, age_seconds=9)

    expect(page.locator("[data-age]")).to_contain_text("Old figures, as of")
    expect(page.get_by_role("status").filter(has_text="Old figures")).to_have_count(1)
    expect(_tile(page, "longest")).not_to_contain_text("Past the target")


def test_figures_that_are_counted_anew_say_how_far_they_are(desk: Desk) -> None:
    page = _open(desk, age_seconds=4000)
    expect(page.get_by_text("are being counted on")).to_be_visible()


def test_a_server_that_is_gone_leaves_old_figures_and_comes_back(desk: Desk) -> None:
    page = _open(desk)
    expect(page.locator("[data-age]")).to_contain_text("Figures")

    desk.stage("set", {"failing": {"GET /api/wallboard": 503}})
    expect(page.get_by_text("The server does not answer. What you see stood at")).to_be_visible()
    expect(page.locator("[data-age]")).to_contain_text("Old figures")

    desk.stage("set", {"failing": {}})
    expect(page.locator("[data-age]")).to_contain_text("Figures")
    expect(page.get_by_text("The server does not answer.")).to_have_count(0)


def test_a_wallboard_that_cannot_be_read_is_asked_for_again(desk: Desk) -> None:
    desk.stage("set", {"failing": {"GET /api/wallboard": 503}})
    page = _open(desk)
    expect(page.get_by_role("heading", name="The wallboard cannot be read")).to_be_visible()

    desk.stage("set", {"failing": {}})
    page.get_by_role("button", name="Try again").click()

    expect(_tile(page, "waiting")).to_be_visible()


def test_nothing_to_watch_and_nothing_counted_have_words(desk: Desk) -> None:
    page = _open(desk, is_empty=True)
    expect(page.get_by_role("heading", name="No queue to watch")).to_be_visible()

    _stage(desk, is_quiet=True, is_counted=False)
    expect(page.get_by_text("Nothing has been counted yet.")).to_be_visible()
    expect(_tile(page, "solved").get_by_text("Nothing yet")).to_be_attached()
    expect(page.get_by_text("Nobody has come in the last 6 hours.")).to_be_visible()


def test_a_wall_is_opened_and_left_by_keys_alone(desk: Desk) -> None:
    _stage(desk)
    page = desk.sign_in()
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(_tile(page, "waiting")).to_be_visible()

    page.keyboard.press("f")
    expect(page.locator(".rail")).to_have_count(0)
    expect(page.get_by_role("button", name="Leave the full screen")).to_be_visible()

    page.keyboard.press("f")
    expect(page.locator(".rail")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="Wallboard")).to_have_count(0)


def test_a_tile_says_what_it_means(desk: Desk) -> None:
    page = _open(desk)
    page.get_by_role("button", name="What “Abandoned” means").press("Enter")

    words = page.get_by_role("dialog", name="What “Abandoned” means")
    expect(words).to_contain_text("In a messenger nobody hangs up")
    page.keyboard.press("Escape")
    expect(words).to_have_count(0)
    expect(page.get_by_role("button", name="What “Abandoned” means")).to_be_focused()


def test_rows_are_split_by_channel(desk: Desk) -> None:
    page = _open(desk)
    expect(page.locator("[data-row='Роуминг']")).to_be_visible()

    page.get_by_role("radio", name="By channel").press("Space")

    expect(page.locator("[data-row='Telegram']")).to_be_visible()
    expect(page.locator("[data-row='Web chat']")).to_be_visible()
    expect(page.locator("[data-row='Роуминг']")).to_have_count(0)


def test_what_the_chart_shows_stands_in_a_table(desk: Desk) -> None:
    page = _open(desk)
    table = page.get_by_role("table", name="Who came in the last 6 hours, and how long they waited")
    expect(table.get_by_role("row")).to_have_count(25)
    expect(table.get_by_role("row").last).to_contain_text("37")


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize(
    "figures",
    [
        {"waited_seconds": 64, "mean_wait_seconds": 24, "unsolved": 9},
        {"age_seconds": 9},
        {"is_quiet": True, "is_counted": False},
    ],
    ids=["bad", "old", "nothing"],
)
def test_axe_finds_nothing(
    browser: Browser, stage: Stage, look: Look, figures: dict[str, Any]
) -> None:
    language, width = look.page
    stage("reset")
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=look.theme, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    desk = Desk(context.new_page(), stage)
    try:
        page = _open(desk, language, **figures)
        expect(_tile(page, "agents")).to_be_visible()
        found = Axe().run(page).response["violations"]
        assert [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found] == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        board = page.locator(".board")
        assert not board.evaluate("element => element.scrollWidth > element.clientWidth")
    finally:
        context.close()
