"""An agent's files and places, from the desk to the customer."""

from __future__ import annotations

import io
import re
import wave
from typing import Any, Final

import pytest
from playwright.sync_api import FilePayload, Locator, Route, expect

from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.telegram import Customer
from tests.web.stand_in.pictures import make_photo

pytestmark = pytest.mark.journey

PICTURE: Final = make_photo(320, 240)

# A picture as the system gives it to the page.
_GIVE = """([selector, kind, name, bytes]) => {
    const target = document.querySelector(selector);
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
    const common = { bubbles: true, cancelable: true };
    target.dispatchEvent(kind === 'paste'
        ? new ClipboardEvent(kind, { ...common, clipboardData: transfer })
        : new DragEvent(kind, { ...common, dataTransfer: transfer }));
}"""


def _begin(desk: Desk, floor: Floor) -> Customer:
    customer = floor.enter("Olena")
    customer.write("Where is the tower?")
    desk.sign_in(floor.agent).go_available().accept("Olena")
    return customer


def _choose(desk: Desk, *names: str) -> None:
    files: list[FilePayload] = [
        {"name": name, "mimeType": "image/png", "buffer": PICTURE} for name in names
    ]
    with desk.page.expect_file_chooser() as chooser:
        desk.page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(files)


def _give(desk: Desk, kind: str, selector: str, name: str) -> None:
    desk.page.evaluate(_GIVE, [selector, kind, name, list(PICTURE)])


def _tile(desk: Desk, name: str, state: str) -> Locator:
    return desk.page.locator(f".tile.{state}", has_text=name)


def _sent_media(customer: Customer, count: int) -> list[dict[str, Any]]:
    """What arrived besides words, once so many did."""
    after = 0
    found: list[dict[str, Any]] = []
    for _ in range(20):
        page = customer.telegram.get(
            f"/bots/{customer.bot_id}/chats/{customer.id}/messages", after=after, wait_seconds=2
        )
        after = page["next"]
        found += page["items"]
        if len(found) >= count:
            return found
    raise AssertionError(f"{len(found)} of {count} arrived")


def test_pictures_chosen_dropped_and_pasted_arrive_with_their_words(
    desk: Desk, floor: Floor
) -> None:
    customer = _begin(desk, floor)
    _choose(desk, "chosen.png")
    _give(desk, "drop", ".thread-scroll", "dropped.png")
    _give(desk, "paste", "textarea", "pasted.png")
    for name in ("chosen.png", "dropped.png", "pasted.png"):
        expect(_tile(desk, name, "ready")).to_be_visible()
    desk.reply("Three views of it")
    desk.expect_sent("Three views of it")
    album = desk.bubble("Three views of it").get_by_role("group", name="Album, 3 items")
    expect(album.locator("img").first).not_to_have_js_property("naturalWidth", 0)
    assert len(_sent_media(customer, 3)) == 3
    desk.page.reload()
    expect(album.locator("img")).to_have_count(3)
    expect(album.locator("img").first).not_to_have_js_property("naturalWidth", 0)
    album.get_by_role("button").first.click()
    whole = desk.page.get_by_role("dialog").get_by_role("img")
    expect(whole).to_have_js_property("naturalWidth", 320)


def test_a_cancelled_upload_goes_nowhere_and_a_broken_one_arrives(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    held: list[Route] = []
    desk.page.route("**/api/files?*", lambda route: held.append(route))  # noqa: PLW0108 - marked
    _choose(desk, "never.png")
    _tile(desk, "never.png", "uploading").get_by_role("button", name="Cancel").click()
    desk.page.unroute("**/api/files?*")
    desk.page.route("**/api/files?*", lambda route: route.abort())
    _choose(desk, "broken.png")
    expect(_tile(desk, "broken.png", "failed")).to_contain_text("it will be tried again")
    desk.page.unroute("**/api/files?*")
    _tile(desk, "broken.png", "failed").get_by_role("button", name="again").click()
    expect(_tile(desk, "broken.png", "ready")).to_be_visible()
    desk.page.get_by_role("button", name="Send", exact=True).click()
    expect(desk.page.get_by_role("article").last.get_by_role("img", name="Sent")).to_be_visible()
    assert len(_sent_media(customer, 1)) == 1
    expect(desk.page.locator(".tray")).to_have_count(0)


def test_what_is_no_picture_inside_is_sent_as_the_file_it_is(desk: Desk, floor: Floor) -> None:
    _begin(desk, floor)
    script: FilePayload = {
        "name": "fun.png",
        "mimeType": "image/png",
        "buffer": b"<html><script>document.title='owned'</script>",
    }
    desk.page.locator("input[type='file'][multiple]").set_input_files([script])
    expect(_tile(desk, "fun.png", "ready")).to_be_visible()
    desk.page.get_by_role("button", name="Send", exact=True).click()
    bubble = desk.page.get_by_role("article").last
    expect(bubble.get_by_role("img", name="Sent")).to_be_visible()
    with desk.page.expect_download():
        bubble.get_by_role("link", name="fun.png").click()
    assert "owned" not in desk.page.title()


def test_a_place_arrives(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    desk.page.get_by_role("button", name="Send a place").click()
    dialog = desk.page.get_by_role("dialog", name="Send a place")
    dialog.get_by_label("Coordinates").fill("50.45012, 30.52341")
    dialog.get_by_label("Title").fill("Our shop")
    dialog.get_by_label("Address").fill("22 Khreshchatyk")
    dialog.get_by_role("button", name="Send the place").click()
    desk.expect_sent("Our shop")
    assert len(_sent_media(customer, 1)) == 1


@pytest.mark.usefixtures("maintained")
def test_a_sound_is_drawn_and_a_customers_photo_comes_small(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    customer.act("photo", caption="Look at this")
    sound: FilePayload = {"name": "tone.wav", "mimeType": "audio/wav", "buffer": _tone()}
    desk.page.locator("input[type='file'][multiple]").set_input_files([sound])
    expect(_tile(desk, "tone.wav", "ready")).to_be_visible()
    desk.page.get_by_role("button", name="Send", exact=True).click()
    expect(desk.page.get_by_role("article").last.get_by_role("img", name="Sent")).to_be_visible()
    expect(desk.page.locator(".waveform path").first).to_be_attached()
    photo = desk.bubble("Look at this").get_by_role("img", name="Photo from Olena")
    expect(photo).to_have_attribute("src", re.compile("/thumbnail$"))
    expect(photo).not_to_have_js_property("naturalWidth", 0)


def _tone() -> bytes:
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(128 + (n % 40) * (n // 800) // 20 for n in range(16_000)))
    return kept.getvalue()
