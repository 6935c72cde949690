"""Voice messages and albums, by keyboard and by pointer."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import Desk
from tests.web.stand_in.people import Json, text
from tests.web.stand_in.samples import PHOTOS, SONG_FILE, VOICE_MESSAGE
from tests.web.stand_in.shelf import ALBUM, BROKEN, VOICE_SECONDS

OLIVER = "Oliver Brandt"


def _receive(desk: Desk, *parts: Json) -> Page:
    page = desk.sign_in()
    desk.open(OLIVER)
    desk.stage("parts", {"parts": list(parts)}, name=OLIVER)
    return page


def _last(page: Page) -> Locator:
    return page.get_by_role("article").last


def _second(player: Locator) -> int:
    return int(player.get_by_role("slider").get_attribute("aria-valuenow") or -1)


def _expect_second(player: Locator, second: int) -> None:
    expect(player.get_by_role("slider")).to_have_attribute("aria-valuenow", str(second))


def test_a_voice_message_is_played_and_moved_by_keyboard(desk: Desk) -> None:
    page = _receive(desk, VOICE_MESSAGE)
    player = _last(page).get_by_role("group", name="Voice message")
    slider = player.get_by_role("slider", name="Position")
    expect(slider).to_have_attribute("aria-valuetext", "0:00 of 0:12")

    slider.press("ArrowRight")
    slider.press("ArrowRight")
    _expect_second(player, 2)
    slider.press("ArrowLeft")
    _expect_second(player, 1)
    slider.press("End")
    _expect_second(player, VOICE_SECONDS)
    slider.press("ArrowRight")
    _expect_second(player, VOICE_SECONDS)
    slider.press("Home")
    _expect_second(player, 0)

    player.get_by_role("button", name="Play").press("Enter")
    expect(player.get_by_role("button", name="Pause")).to_be_focused()
    page.wait_for_function("() => document.querySelector('[role=slider]').ariaValueNow >= 2")
    player.get_by_role("button", name="Pause").press("Enter")
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    stood = _second(player)
    page.wait_for_timeout(1300)
    assert _second(player) == stood >= 2


def test_a_voice_message_is_moved_by_the_pointer_and_plays_on_from_there(desk: Desk) -> None:
    page = _receive(desk, VOICE_MESSAGE)
    player = _last(page).get_by_role("group", name="Voice message")
    box = player.get_by_role("slider").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.755, middle, steps=4)
    page.mouse.up()
    _expect_second(player, 9)
    player.get_by_role("button", name="Play").click()
    _expect_second(player, 10)


def test_one_plays_at_a_time_and_the_other_keeps_its_place(desk: Desk) -> None:
    page = _receive(desk, VOICE_MESSAGE)
    voice = _last(page).get_by_role("group", name="Voice message")
    voice.get_by_role("slider").press("PageUp")
    voice.get_by_role("button", name="Play").click()
    expect(voice.get_by_role("button", name="Pause")).to_be_visible()
    desk.stage("parts", {"parts": [SONG_FILE]}, name=OLIVER)
    song = _last(page).get_by_role("group", name="Audio")
    song.get_by_role("button", name="Play").click()
    expect(song.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_have_count(1)
    assert _second(page.get_by_role("group", name="Voice message")) >= 2


def test_a_sound_ends_at_its_beginning_and_leaving_the_conversation_stops_it(desk: Desk) -> None:
    page = _receive(desk, SONG_FILE)
    song = _last(page).get_by_role("group", name="Audio")
    song.get_by_role("slider").press("End")
    song.get_by_role("slider").press("ArrowLeft")
    song.get_by_role("button", name="Play").click()
    _expect_second(song, 0)
    expect(song.get_by_role("button", name="Play")).to_be_visible()
    song.get_by_role("button", name="Play").click()
    expect(song.get_by_role("button", name="Pause")).to_be_visible()
    desk.open("Мария Соколова")
    desk.open(OLIVER)
    expect(_last(page).get_by_role("button", name="Play")).to_be_visible()


def test_the_speed_is_remembered(desk: Desk) -> None:
    page = _receive(desk, VOICE_MESSAGE)
    speed = _last(page).get_by_role("button", name="Speed")
    expect(speed).to_have_text("1×")
    speed.click()
    expect(speed).to_have_text("1.5×")
    speed.click()
    expect(speed).to_have_text("2×")
    kept = page.evaluate("localStorage.getItem('halfminute.preferences')")
    assert json.loads(kept)["speed"] == 2
    page.reload()
    expect(_last(page).get_by_role("button", name="Speed")).to_have_text("2×")

    slider = _last(page).get_by_role("slider")
    _last(page).get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('[role=slider]').ariaValueNow >= 1")
    before = _second(_last(page))
    page.wait_for_timeout(2000)
    assert _second(_last(page)) >= before + 3
    speed.click()
    expect(speed).to_have_text("1×")
    expect(slider).to_be_visible()


def test_a_sound_that_cannot_be_played_says_so_and_can_be_saved(desk: Desk) -> None:
    page = _receive(desk, {**VOICE_MESSAGE, "file_id": BROKEN})
    _last(page).get_by_role("button", name="Play").click()
    expect(_last(page)).to_contain_text("It cannot be shown here, but you can download it.")
    saved = _last(page).get_by_role("link", name="Voice message")
    expect(saved).to_have_attribute("href", f"/api/files/{BROKEN}")


def test_a_sound_that_was_out_of_reach_has_another_chance(desk: Desk) -> None:
    page = _receive(desk, VOICE_MESSAGE)
    page.route("**/api/files/**", lambda route: route.abort())
    _last(page).get_by_role("button", name="Play").click()
    expect(_last(page)).to_contain_text("It cannot be shown here")
    page.unroute("**/api/files/**")
    desk.open("Мария Соколова")
    desk.open(OLIVER)
    _last(page).get_by_role("slider").press("Space")
    expect(_last(page).get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function("() => document.querySelector('[role=slider]').ariaValueNow >= 1")


def test_a_sound_that_is_still_to_come_is_a_card(desk: Desk) -> None:
    page = _receive(desk, {**VOICE_MESSAGE, "file_id": None, "file_state": "pending"})
    expect(_last(page)).to_contain_text("Being fetched from the channel")
    expect(_last(page).get_by_role("slider")).to_have_count(0)


def test_photos_of_one_message_are_an_album_that_is_walked_through_by_keyboard(
    desk: Desk,
) -> None:
    page = _receive(desk, *PHOTOS)
    album = _last(page).get_by_role("group", name="Album, 5 items")
    expect(album.get_by_role("button")).to_have_count(5)
    expect(_last(page)).to_contain_text("Вышка с пяти сторон")

    album.get_by_role("button", name="Photo 2 of 5 from Oliver Brandt").press("Enter")
    box = page.get_by_role("dialog")
    expect(box.get_by_role("img", name="Photo 2 of 5")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(box.locator("img")).to_have_attribute("src", f"/api/files/{ALBUM[2]}")
    expect(box).to_contain_text("3 of 5")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(box).to_contain_text("5 of 5")
    page.keyboard.press("ArrowRight")
    expect(box).to_contain_text("1 of 5")
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(album.get_by_role("button", name="Photo 2 of 5")).to_be_focused()


def test_a_photo_of_an_album_can_be_stepped_to_by_pointer_and_saved(desk: Desk) -> None:
    page = _receive(desk, *PHOTOS)
    _last(page).get_by_role("button", name="Photo 1 of 5").click()
    box = page.get_by_role("dialog")
    box.get_by_role("button", name="Next").click()
    expect(box).to_contain_text("2 of 5")
    with page.expect_download() as download:
        box.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.startswith(("tower-2", ALBUM[1]))
    box.locator("img").click()
    expect(box).to_have_count(0)


def test_a_photo_by_itself_has_nothing_to_step_to(desk: Desk) -> None:
    page = _receive(desk, PHOTOS[1])
    _last(page).get_by_role("button", name="Open the photo").click()
    box = page.get_by_role("dialog")
    expect(box.get_by_role("button", name="Next")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(box.get_by_role("img", name="Photo from Oliver Brandt")).to_be_visible()


def test_an_album_shows_what_is_here_and_tells_of_the_rest(desk: Desk) -> None:
    coming = {**PHOTOS[1], "file_state": "pending", "file_id": None}
    page = _receive(desk, PHOTOS[0], coming, {**PHOTOS[2], "file_id": BROKEN}, text("Look"))
    album = _last(page).get_by_role("group", name="Album, 3 items")
    expect(album).to_contain_text("Being fetched from the channel")
    expect(album).to_contain_text("It cannot be shown here")
    expect(album.get_by_role("button")).to_have_count(1)
    expect(_last(page)).to_contain_text("Look")


@pytest.mark.parametrize("width", [1440, 390])
def test_an_album_without_end_counts_what_it_hides_and_shows_it_in_the_lightbox(
    desk: Desk, width: int
) -> None:
    page = _receive(desk, *PHOTOS, *PHOTOS, *PHOTOS)
    page.set_viewport_size({"width": width, "height": 844})
    album = _last(page).get_by_role("group", name="Album, 15 items")
    expect(album.get_by_role("button")).to_have_count(10)
    expect(album).to_contain_text("+5")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
