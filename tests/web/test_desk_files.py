"""What comes in is seen and heard at once, and what did not come is said."""

from __future__ import annotations

import re
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import Desk
from tests.web.stand_in.people import PHOTO, Json
from tests.web.stand_in.samples import PHOTOS, VOICE_MESSAGE
from tests.web.stand_in.shelf import ALBUM, BROKEN

OLIVER: Final = "Oliver Brandt"
WAVEFORM: Final = [10, 40, 90, 100, 60, 20, 5, 0] * 8
SMALL: Final = f"/api/files/{ALBUM[1]}"
PICTURE: Final[Json] = {**PHOTOS[0], "caption": None}


def _receive(desk: Desk, *parts: Json) -> Page:
    page = desk.sign_in()
    desk.open(OLIVER)
    desk.stage("parts", {"parts": list(parts)}, name=OLIVER)
    return page


def _last(page: Page) -> Locator:
    return page.get_by_role("article").last


def test_the_thread_shows_the_small_picture_and_the_lightbox_the_whole(desk: Desk) -> None:
    page = _receive(desk, {**PICTURE, "thumbnail_url": SMALL})
    expect(_last(page).get_by_role("img", name="Photo from")).to_have_attribute("src", SMALL)
    _last(page).get_by_role("button", name="Open the photo").click()
    whole = page.get_by_role("dialog").get_by_role("img")
    expect(whole).to_have_attribute("src", f"/api/files/{PICTURE['file_id']}")
    expect(whole).not_to_have_js_property("naturalWidth", 0)


def test_an_album_shows_small_pictures_and_how_a_film_begins(desk: Desk) -> None:
    film = {**PHOTOS[1], "kind": "video", "media_type": "video/mp4", "thumbnail_url": SMALL}
    page = _receive(desk, {**PICTURE, "thumbnail_url": SMALL}, film)
    album = _last(page).get_by_role("group", name="Album, 2 items")
    for picture in (album.locator("img").first, album.locator("img").last):
        expect(picture).to_have_attribute("src", SMALL)
    expect(album.locator("video")).to_have_count(0)


def test_a_film_shows_how_it_begins(desk: Desk) -> None:
    film = {**PICTURE, "kind": "video", "media_type": "video/mp4", "thumbnail_url": SMALL}
    page = _receive(desk, film)
    expect(_last(page).locator("video")).to_have_attribute("poster", SMALL)


def test_where_the_small_picture_cannot_be_had_the_whole_one_is_shown(desk: Desk) -> None:
    page = _receive(desk, {**PICTURE, "thumbnail_url": f"/api/files/{BROKEN}"})
    picture = _last(page).get_by_role("img", name="Photo from")
    expect(picture).to_have_attribute("src", f"/api/files/{PICTURE['file_id']}")
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def test_a_voice_is_drawn_and_moved_in_its_drawing(desk: Desk) -> None:
    page = _receive(desk, {**VOICE_MESSAGE, "waveform": WAVEFORM})
    slider = _last(page).get_by_role("slider", name="Position")
    expect(_last(page).locator(".waveform path").first).to_have_attribute("d", re.compile("^M1 "))
    box = slider.bounding_box()
    assert box is not None
    slider.click(position={"x": box["width"] * 0.505, "y": box["height"] / 2})
    expect(slider).to_have_attribute("aria-valuenow", "6")
    slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuenow", "5")
    expect(_last(page).locator(".below > .number")).to_have_text("0:05 / 0:12", use_inner_text=True)


@pytest.mark.parametrize("state", ["failed", "expired"])
def test_a_file_that_could_not_be_had_is_fetched_once_more(desk: Desk, state: str) -> None:
    page = _receive(desk, {**PICTURE, "file_id": PHOTO, "file_state": state})
    _last(page).get_by_role("button", name="Fetch tower-1.png again").click()
    expect(_last(page).get_by_role("img", name="Photo from")).not_to_have_js_property(
        "naturalWidth", 0
    )


def test_in_an_album_as_well(desk: Desk) -> None:
    missing = {**PICTURE, "file_id": PHOTO, "file_state": "failed"}
    page = _receive(desk, missing, PHOTOS[1])
    album = _last(page).get_by_role("group", name="Album, 2 items")
    expect(album).to_contain_text("The file could not be fetched.")
    album.get_by_role("button", name="Fetch tower-1.png again").click()
    expect(album.locator("img")).to_have_count(2)


def test_what_cannot_be_fetched_again_is_not_offered(desk: Desk) -> None:
    page = _receive(desk, {**PICTURE, "file_state": "infected"})
    expect(_last(page)).to_contain_text("The virus scan found something in this file")
    expect(_last(page).get_by_role("button", name="Fetch")).to_have_count(0)


def test_a_fetch_that_cannot_be_asked_for_is_said(desk: Desk) -> None:
    page = _receive(desk, {**PICTURE, "file_id": PHOTO, "file_state": "failed"})
    desk.stage("set", {"failing": {"POST /api/files": 503}})
    _last(page).get_by_role("button", name="Fetch").click()
    expect(page.get_by_text("It could not be asked for again.")).to_be_visible()


@pytest.mark.parametrize(("deed", "said"), [("Edit", "Not changed"), ("Delete", "Not deleted")])
def test_a_change_that_failed_is_told_to_who_listens(desk: Desk, deed: str, said: str) -> None:
    refusal = {"code": "not_editable", "reason": "can't be edited", "is_retryable": False}
    desk.stage("set", {"change_refusal": refusal})
    page = desk.sign_in()
    desk.open(OLIVER)
    bubble = page.get_by_role("article").filter(has_text="I am looking at your plan")
    bubble.hover()
    bubble.locator("[aria-haspopup='menu']").click()
    page.get_by_role("menuitem", name=deed).click()
    if deed == "Edit":
        page.keyboard.type("!")
        page.keyboard.press("Control+Enter")
    else:
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("[aria-live='polite']").filter(has_text=said)).to_contain_text(
        "does not let this message be edited"
    )
