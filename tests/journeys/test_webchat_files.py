"""Files, stickers and buttons in the chat on a site's page, both ways."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import FilePayload, Locator, Route, expect

from tests.files import samples
from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.shop import Visitor
from tests.journeys.sticker_sets import add_faces
from tests.journeys.test_stickers import wait_for

pytestmark = pytest.mark.journey

_UPLOADS = "**/api/webchat/*/files?*"
_HOSTILE = '"><img src=x onerror=alert(1)>.png'


def _file(name: str, content: bytes, kind: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def _choose(visitor: Visitor, button: Locator, *files: FilePayload) -> None:
    with visitor.page.expect_file_chooser() as chooser:
        button.click()
    chooser.value.set_files(list(files))


def _attach(visitor: Visitor, *files: FilePayload) -> None:
    _choose(visitor, visitor.chat.get_by_role("button", name="Attach files"), *files)


def _hold_uploads(visitor: Visitor) -> None:
    """From now on they begin and do not end."""

    def hold(route: Route) -> None:
        del route

    visitor.page.context.route(_UPLOADS, hold)


def test_files_go_both_ways_and_a_reload_in_the_middle_loses_none(
    desk: Desk, floor: Floor, visitor: Visitor, tmp_path: Path
) -> None:
    desk.sign_in(floor.agent).go_available()
    visitor.open()
    _hold_uploads(visitor)
    _attach(visitor, _file(_HOSTILE, samples.picture(image=samples.painted(800, 500))))
    expect(visitor.chat.get_by_role("list", name="Files to send")).to_contain_text("onerror")

    visitor.say("My router blinks")
    waiting = visitor.line("My router blinks")
    expect(waiting.get_by_role("progressbar")).to_be_visible()
    expect(waiting).to_contain_text("On its way")
    visitor.page.context.unroute(_UPLOADS)
    visitor.page.reload()
    visitor.open()

    visitor.expect_received("My router blinks")
    picture = visitor.line("My router blinks").get_by_role("link", name="Open")
    expect(picture.locator("img")).not_to_have_js_property("naturalWidth", 0)
    desk.accept("Guest")
    seen = desk.bubble("My router blinks").get_by_role("button").locator("img")
    expect(seen).not_to_have_js_property("naturalWidth", 0)

    manual = tmp_path / "manual & <b>rules.pdf"
    manual.write_bytes(b"%PDF-1.7 press the button at its back")
    desk.page.locator("input[type=file]").first.set_input_files(manual)
    desk.reply("Here is how")
    answer = visitor.line("Here is how")
    expect(answer).to_contain_text("Download")
    with httpx.Client(base_url=floor.house.url) as client:
        got = client.get(answer.get_by_role("link").get_attribute("href") or "")
    assert got.content == manual.read_bytes()
    assert got.headers["content-disposition"].startswith("attachment")


def test_what_cannot_be_sent_is_told_before_and_what_is_damaged_after(visitor: Visitor) -> None:
    visitor.open()
    _attach(visitor, _file("setup.exe", b"MZ", "application/octet-stream"))
    expect(visitor.chat.get_by_text("setup.exe could run on our computers")).to_be_visible()

    _attach(visitor, _file("cat.png", b"\x89PNG\r\n\x1a\n rubbish"))
    visitor.say("Look at it")

    refused = visitor.line("Look at it")
    expect(refused).to_contain_text("Not sent")
    expect(refused).to_contain_text("damaged")
    again = refused.get_by_role("button", name="Choose the files again")
    _choose(visitor, again, _file("cat.png", samples.picture()))
    visitor.expect_received("Look at it")


def test_a_sticker_moves_in_the_chat_and_stops_when_it_is_pressed(
    desk: Desk, floor: Floor, visitor: Visitor
) -> None:
    add_faces(floor)
    visitor.open().say("Thank you!")
    desk.sign_in(floor.agent).go_available().accept("Guest")

    desk.field.press("Alt+KeyS")
    picker = desk.page.get_by_role("dialog", name="Choose a sticker")
    picker.get_by_role("button", name="🚀, Half a minute").click()

    sticker = visitor.chat.get_by_role("button", name="Sticker 🚀")
    drawing = visitor.chat.locator(".sticker svg")
    expect(drawing).to_be_visible()
    first = drawing.inner_html()
    wait_for(lambda: drawing.inner_html() != first)
    sticker.click()
    expect(sticker).to_have_attribute("aria-pressed", "false")
    visitor.page.wait_for_timeout(300)
    stopped = drawing.inner_html()
    visitor.page.wait_for_timeout(300)
    assert drawing.inner_html() == stopped


def test_a_button_is_pressed_once_and_its_words_are_said(
    desk: Desk, floor: Floor, visitor: Visitor
) -> None:
    visitor.open().say("Help")
    desk.sign_in(floor.agent).go_available().accept("Guest")
    with floor.sign_in() as api:
        [conversation] = api.desk()["conversations"]
        api.call(
            "POST",
            f"/api/conversations/{conversation['id']}/messages",
            {
                "client_id": "0192b5a0-0000-7000-8000-000000000001",
                "text": "What is it about?",
                "buttons": ["<b>Bill</b>", "Roaming"],
            },
        )

    choices = visitor.chat.get_by_role("group", name="Answers to choose from")
    choices.get_by_role("button", name="Roaming").click()

    expect(choices.get_by_role("button", name="Roaming")).to_have_attribute("aria-pressed", "true")
    expect(choices.get_by_role("button", name="<b>Bill</b>")).to_be_disabled()
    expect(desk.bubble("Roaming").last).to_be_visible()


def test_where_the_site_keeps_nothing_the_file_is_chosen_again_and_the_words_are_there(
    visitor: Visitor,
) -> None:
    context = visitor.page.context
    context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    visitor.page.reload()
    visitor.open()
    _hold_uploads(visitor)
    _attach(visitor, _file("router.png", samples.picture()))
    visitor.say("My router blinks")
    expect(visitor.line("My router blinks").get_by_role("progressbar")).to_be_visible()
    context.unroute(_UPLOADS)
    visitor.page.reload()
    visitor.open()

    waiting = visitor.line("My router blinks")
    expect(waiting).to_contain_text("This browser no longer has the files. Your words are kept.")
    visitor.say("And nothing waits behind it")
    visitor.expect_received("And nothing waits behind it")
    again = waiting.get_by_role("button", name="Choose the files again")
    _choose(visitor, again, _file("router.png", samples.picture()))
    visitor.expect_received("My router blinks")


def test_a_file_that_is_sent_while_the_server_is_down_arrives_once(
    visitor: Visitor, floor: Floor
) -> None:
    visitor.open().say("Hello")
    visitor.expect_received("Hello")
    floor.house.kill("web")

    _attach(visitor, _file("router.png", samples.picture()))
    visitor.say("My router blinks")
    expect(visitor.line("My router blinks")).to_contain_text("On its way")
    floor.house.start("web")
    floor.house.wait_until_well()

    visitor.expect_received("My router blinks")
    with floor.sign_in() as api:
        [conversation] = api.waiting(floor.queue_id)
        said = [message["parts"] for message in api.messages(conversation["id"])]
    assert [[part["type"] for part in parts] for parts in said] == [["text"], ["media"]]
