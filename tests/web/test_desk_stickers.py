"""Moving stickers move, for who wants it and while they are seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.conftest import Desk, Stage
from tests.web.stand_in.people import Json, text
from tests.web.stand_in.samples import FILM, MOVING
from tests.web.stand_in.shelf import BROKEN, THUMBNAIL

OLIVER = "Oliver Brandt"
_STANDS_FOR_MS = 400


def _receive(desk: Desk, *parts: Json) -> Page:
    page = desk.sign_in()
    desk.open(OLIVER)
    desk.stage("parts", {"parts": list(parts)}, name=OLIVER)
    return page


def _sticker(page: Page) -> Locator:
    return page.get_by_role("article").last.locator(".sticker")


def _drawing(page: Page) -> str:
    """What the animation shows now."""
    return str(_sticker(page).locator("svg").evaluate("svg => svg.outerHTML"))


def _second(page: Page) -> float:
    return float(_sticker(page).locator("video").evaluate("film => film.currentTime"))


def _wait_for_movement(page: Page) -> None:
    before = _drawing(page)
    page.wait_for_function(
        "before => [...document.querySelectorAll('.sticker svg')].at(-1).outerHTML !== before",
        arg=before,
    )


def _wait_for_stillness(page: Page) -> None:
    """It was moving: its last frame may still come after the press."""
    page.wait_for_timeout(_STANDS_FOR_MS)
    before = _drawing(page)
    page.wait_for_timeout(_STANDS_FOR_MS)
    assert _drawing(page) == before


def test_a_lottie_sticker_moves_until_it_is_pressed_and_moves_again(desk: Desk) -> None:
    page = _receive(desk, MOVING)
    _sticker(page).locator("svg").wait_for()
    _wait_for_movement(page)
    page.get_by_role("button", name="Moving sticker 🚀; press to stop it").click()
    _wait_for_stillness(page)
    page.get_by_role("button", name="standing still; press to move it").press("Enter")
    _wait_for_movement(page)


def test_a_film_sticker_plays_without_a_sound_and_over_and_over(desk: Desk) -> None:
    page = _receive(desk, FILM)
    film = _sticker(page).locator("video")
    page.wait_for_function("() => document.querySelector('.sticker video')?.currentTime > 0.1")
    told = film.evaluate("film => [film.loop, film.muted, film.playsInline, film.paused]")
    assert told == [True, True, True, False]
    _sticker(page).click()
    expect(film).to_have_js_property("paused", value=True)


def test_the_player_is_fetched_with_the_first_sticker_that_needs_it(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    page = _receive(desk, text("Hi"))
    expect(page.get_by_role("article").last).to_contain_text("Hi")
    assert [url for url in asked if "lottie" in url] == []
    desk.stage("parts", {"parts": [MOVING]}, name=OLIVER)
    _sticker(page).locator("svg").wait_for()
    assert len([url for url in asked if "lottie" in url]) == 1


@pytest.mark.parametrize("part", [MOVING, FILM], ids=["tgs", "webm"])
def test_what_is_scrolled_out_of_sight_rests(desk: Desk, part: Json) -> None:
    page = _receive(desk, part, text("\n".join(["A long story."] * 12)))
    page.set_viewport_size({"width": 1000, "height": 500})
    scroller = page.locator(".thread-scroll")
    # Rows just above the screen stay mounted: there the sticker is, and does not move.
    scroller.evaluate("element => element.scrollTop = element.scrollHeight")
    expect(_sticker(page)).not_to_be_in_viewport()
    if part is FILM:
        expect(_sticker(page).locator("video")).to_have_js_property("paused", value=True)
    else:
        _wait_for_stillness(page)
    _sticker(page).scroll_into_view_if_needed()
    expect(_sticker(page)).to_be_in_viewport()
    if part is FILM:
        expect(_sticker(page).locator("video")).to_have_js_property("paused", value=False)
    else:
        _wait_for_movement(page)


@pytest.mark.parametrize("format_name", ["tgs", "webm"])
def test_what_cannot_be_played_is_its_thumbnail_and_without_one_its_emoji(
    desk: Desk, format_name: str
) -> None:
    broken = {**MOVING, "format": format_name, "file_id": BROKEN}
    page = _receive(desk, broken)
    picture = _sticker(page).locator("img")
    expect(page.get_by_role("img", name="Sticker 🚀")).to_be_visible()
    expect(picture).to_have_attribute("src", f"/api/files/{THUMBNAIL}")
    desk.stage("parts", {"parts": [{**broken, "thumbnail_file_id": BROKEN}]}, name=OLIVER)
    expect(_sticker(page)).to_have_text("🚀")
    desk.stage("parts", {"parts": [{**broken, "thumbnail_file_id": None}]}, name=OLIVER)
    expect(_sticker(page)).to_have_text("🚀")


@pytest.fixture
def calm(browser: Browser, stage: Stage) -> Iterator[Desk]:
    """Somebody whose system asks for reduced motion."""
    stage("reset")
    context = browser.new_context(locale="en-US", reduced_motion="reduce")
    yield Desk(context.new_page(), stage)
    context.close()


@pytest.mark.parametrize("part", [MOVING, FILM], ids=["tgs", "webm"])
def test_who_wants_no_motion_sees_the_still_picture_and_fetches_nothing_else(
    calm: Desk, part: Json
) -> None:
    asked: list[str] = []
    calm.page.on("request", lambda request: asked.append(request.url))
    page = _receive(calm, part)
    still = _sticker(page).locator("img")
    expect(still).to_have_attribute("src", f"/api/files/{THUMBNAIL}")
    still.evaluate("picture => picture.decode()")
    assert not [url for url in asked if str(part["file_id"]) in url or "lottie" in url]

    page.get_by_role("button", name="press to move it").click()
    expect(_sticker(page).locator("svg, video")).to_have_count(1)


def test_without_a_still_picture_the_first_frame_stands_for_it(calm: Desk) -> None:
    page = _receive(calm, {**MOVING, "thumbnail_file_id": None})
    _sticker(page).locator("svg").wait_for()
    _wait_for_stillness(page)
    calm.stage("parts", {"parts": [{**FILM, "thumbnail_file_id": None}]}, name=OLIVER)
    film = _sticker(page).locator("video")
    expect(film).to_have_js_property("readyState", value=4)
    assert film.evaluate("film => film.paused")
    assert _second(page) == 0
