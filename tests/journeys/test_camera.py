"""An agent takes a picture with the camera of the computer, or of the phone, for a customer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Locator, expect, sync_playwright

from tests.journeys.conftest import OpenDesk
from tests.journeys.desks import Desk, open_desk
from tests.journeys.floor import Floor
from tests.journeys.house import House
from tests.journeys.telegram import Customer
from tests.web.stand_in.pictures import make_photo

pytestmark = pytest.mark.journey

# Chromium's own camera, which shows a green field with a clock.
CAMERA: Final = "--use-fake-device-for-media-stream"
# Every camera that the page was given, to be asked whether its light is on.
_WATCH: Final = """
    window.cameras = [];
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wish) => {
        const stream = await ask(wish);
        window.cameras.push(...stream.getTracks());
        return stream;
    };
"""
_LIT: Final = "() => window.cameras.filter((one) => one.readyState === 'live').length"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One with a camera."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", CAMERA]
        )
        yield browser
        browser.close()


def _begin(desk: Desk, floor: Floor, *, is_allowed: bool = True) -> Customer:
    if is_allowed:
        desk.context.grant_permissions(["camera"], origin=desk.house.url)
    desk.context.add_init_script(_WATCH)
    customer = floor.enter("Olena")
    customer.write("What does the box look like?")
    desk.sign_in(floor.agent).go_available().accept("Olena")
    return customer


def _open(desk: Desk) -> Locator:
    desk.page.get_by_role("button", name="Take a picture").click()
    dialog = desk.page.get_by_role("dialog", name="Take a picture")
    expect(dialog).to_be_visible()
    return dialog


def _take(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Take the picture").click()
    expect(dialog.get_by_role("img", name="The picture")).to_be_visible()


def _lit(desk: Desk) -> int:
    return int(desk.page.evaluate(_LIT))


def _tiles(desk: Desk) -> Locator:
    return desk.page.locator(".tile.ready", has_text="photo-")


def _list_arrived(customer: Customer) -> list[dict[str, Any]]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if found := customer.received():
            return found
        time.sleep(0.2)
    raise AssertionError("nothing arrived")


def test_a_picture_that_is_taken_arrives_at_the_customer(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    dialog = _open(desk)
    _take(dialog)
    assert _lit(desk) == 0
    assert desk.page.locator(".tile").count() == 0

    dialog.get_by_role("button", name="Attach it").click()

    expect(dialog).to_have_count(0)
    expect(_tiles(desk)).to_have_count(1)
    assert customer.received() == []
    desk.reply("Like this")
    desk.expect_sent("Like this")
    picture = desk.bubble("Like this").locator("img").first
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    assert len(_list_arrived(customer)) == 1


def test_a_picture_that_did_not_turn_out_well_is_taken_again(desk: Desk, floor: Floor) -> None:
    _begin(desk, floor)
    dialog = _open(desk)
    _take(dialog)
    first = dialog.get_by_role("img", name="The picture").get_attribute("src")
    again = dialog.get_by_role("button", name="Take it again")
    again.click()
    expect(dialog.get_by_label("What the camera sees")).to_be_visible()
    _take(dialog)
    assert dialog.get_by_role("img", name="The picture").get_attribute("src") != first

    dialog.get_by_role("button", name="Attach it").click()

    expect(_tiles(desk)).to_have_count(1)
    assert _lit(desk) == 0


@pytest.mark.parametrize("way", ["Cancel", "Close", "Escape", "back"])
def test_who_thinks_better_of_it_turns_the_light_off(desk: Desk, floor: Floor, way: str) -> None:
    _begin(desk, floor)
    dialog = _open(desk)
    expect(dialog.get_by_role("button", name="Take the picture")).to_be_enabled()
    assert _lit(desk) == 1

    if way == "Escape":
        desk.page.keyboard.press("Escape")
    elif way == "back":
        desk.page.go_back()
    else:
        dialog.get_by_role("button", name=way).click()

    if way != "back":
        expect(dialog).to_have_count(0)
        expect(desk.page.get_by_role("button", name="Take a picture")).to_be_focused()
    desk.page.wait_for_function("() => !window.cameras?.some((one) => one.readyState === 'live')")
    assert desk.page.locator(".tile").count() == 0


def test_who_closes_it_before_the_camera_answers_is_not_watched(desk: Desk, floor: Floor) -> None:
    _begin(desk, floor)
    desk.page.evaluate(
        """() => {
            const ask = navigator.mediaDevices.getUserMedia;
            navigator.mediaDevices.getUserMedia = async (wish) => {
                await new Promise((go) => { window.answer = go; });
                return ask(wish);
            };
        }"""
    )
    dialog = _open(desk)
    expect(dialog.get_by_role("status")).to_contain_text("Opening the camera")
    expect(dialog.get_by_role("button", name="Take the picture")).to_be_disabled()
    desk.page.keyboard.press("Escape")

    desk.page.evaluate("window.answer()")

    desk.page.wait_for_function("() => window.cameras.length === 1")
    desk.page.wait_for_function("() => window.cameras[0].readyState === 'ended'")


def test_a_shutter_that_is_pressed_twice_takes_one_picture(desk: Desk, floor: Floor) -> None:
    _begin(desk, floor)
    dialog = _open(desk)
    shutter = dialog.get_by_role("button", name="Take the picture")
    expect(shutter).to_be_enabled()
    shutter.evaluate("button => { button.click(); button.click(); }")
    use = dialog.get_by_role("button", name="Attach it")
    expect(use).to_be_visible()
    use.evaluate("button => { button.click(); button.click(); }")

    expect(_tiles(desk)).to_have_count(1)
    expect(desk.page.locator(".tile")).to_have_count(1)


def test_a_picture_is_taken_and_attached_by_keys_alone(desk: Desk, floor: Floor) -> None:
    _begin(desk, floor)
    desk.page.get_by_role("button", name="Take a picture").focus()
    desk.page.keyboard.press("Enter")
    dialog = desk.page.get_by_role("dialog", name="Take a picture")
    shutter = dialog.get_by_role("button", name="Take the picture")
    expect(shutter).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("The picture is taken")
    expect(dialog.get_by_role("button", name="Attach it")).to_be_focused()
    desk.page.keyboard.press("Shift+Tab")
    expect(dialog.get_by_role("button", name="Take it again")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(shutter).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Attach it")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(_tiles(desk)).to_have_count(1)
    expect(desk.page.get_by_role("button", name="Take a picture")).to_be_focused()


def test_a_camera_that_is_pulled_out_is_said(desk: Desk, floor: Floor) -> None:
    _begin(desk, floor)
    dialog = _open(desk)
    expect(dialog.get_by_role("button", name="Take the picture")).to_be_enabled()

    # As the browser tells it: stopping it by script would be silent.
    desk.page.evaluate("() => window.cameras[0].dispatchEvent(new Event('ended'))")

    expect(dialog).to_contain_text("No camera was found")
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_role("button", name="Take the picture")).to_be_enabled()
    assert _lit(desk) == 1


def test_a_camera_that_is_not_allowed_is_said_and_asked_for_again(desk: Desk, floor: Floor) -> None:
    _begin(desk, floor, is_allowed=False)
    dialog = _open(desk)
    expect(dialog).to_contain_text("does not let us use the camera")
    expect(dialog.get_by_role("button", name="Take the picture")).to_have_count(0)
    _expect_accessible(desk)

    desk.context.grant_permissions(["camera"], origin=desk.house.url)
    dialog.get_by_role("button", name="Try again").click()

    expect(dialog.get_by_role("button", name="Take the picture")).to_be_enabled()


def test_a_computer_without_a_camera_says_so(
    browser: Browser, chromium: str, house: House, floor: Floor
) -> None:
    bare = browser.browser_type.launch(executable_path=chromium, args=["--no-sandbox"])
    desk = open_desk(bare, house)
    _begin(desk, floor)
    dialog = _open(desk)
    expect(dialog).to_contain_text("No camera was found")
    desk.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert desk.faults == []
    bare.close()


@pytest.mark.parametrize(
    "look",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
    ],
    ids=["light", "dark"],
)
def test_everybody_can_use_the_camera(
    open_window: OpenDesk, floor: Floor, look: dict[str, Any]
) -> None:
    desk = open_window(**look)
    _begin(desk, floor)
    dialog = _open(desk)
    expect(dialog.get_by_role("button", name="Take the picture")).to_be_enabled()
    _expect_accessible(desk)
    _take(dialog)
    _expect_accessible(desk)


def test_a_phone_takes_the_picture_with_its_own_camera(open_window: OpenDesk, floor: Floor) -> None:
    desk = open_window(viewport={"width": 390, "height": 844}, has_touch=True)
    customer = _begin(desk, floor)
    with desk.page.expect_file_chooser() as chooser:
        desk.page.get_by_role("button", name="Take a picture").click()
    assert chooser.value.element.get_attribute("capture") == "environment"
    photo: FilePayload = {
        "name": "photo-1.jpg",
        "mimeType": "image/png",
        "buffer": make_photo(320, 240),
    }
    chooser.value.set_files([photo])
    expect(_tiles(desk)).to_have_count(1)
    desk.page.get_by_role("button", name="Send", exact=True).click()
    assert len(_list_arrived(customer)) == 1
    assert _lit(desk) == 0


def _expect_accessible(desk: Desk) -> None:
    desk.page.wait_for_function(
        "() => document.getAnimations().every((one) => one.playState !== 'running')"
    )
    found = Axe().run(desk.page)
    assert found.violations_count == 0, found.generate_report()
