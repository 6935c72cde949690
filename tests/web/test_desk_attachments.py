"""Files and places beside the words of a reply."""

from __future__ import annotations

from typing import Any, Final

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.web.conftest import Desk
from tests.web.stand_in.pictures import make_photo

OLIVER: Final = "Oliver Brandt"
PICTURE: Final = make_photo(320, 240)
PDF: Final = b"%PDF-1.4 a contract"

# A file as the system gives it to the page, dropped or pasted.
_GIVE = """([selector, kind, name, type, bytes]) => {
    const target = document.querySelector(selector);
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
    const common = { bubbles: true, cancelable: true };
    if (kind === 'paste') {
        target.dispatchEvent(new ClipboardEvent('paste', { ...common, clipboardData: transfer }));
    } else {
        target.dispatchEvent(new DragEvent(kind, { ...common, dataTransfer: transfer }));
    }
}"""


def _payload(name: str, media_type: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": media_type, "buffer": content}


def _open(desk: Desk) -> Page:
    desk.sign_in()
    return desk.open(OLIVER)


def _choose(page: Page, *files: FilePayload) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(list(files))


def _give(page: Page, kind: str, selector: str, name: str = "tower.png") -> None:
    page.evaluate(_GIVE, [selector, kind, name, "image/png", list(PICTURE)])


def _tile(page: Page, name: str) -> Locator:
    return (
        page.get_by_role("list", name="beside the words")
        .get_by_role("listitem")
        .filter(has_text=name)
    )


def _expect_ready(page: Page, name: str) -> None:
    expect(_tile(page, name).locator(".tile.ready")).to_be_visible()


def _send(page: Page, words: str = "") -> None:
    field = page.get_by_role("textbox", name="Reply")
    field.fill(words)
    field.press("Enter")


def _last(desk: Desk) -> dict[str, Any]:
    return desk.stage.messages(OLIVER)[-1]


def _hold_uploads(page: Page) -> list[Route]:
    held: list[Route] = []
    page.route("**/api/files?*", lambda route: held.append(route))  # noqa: PLW0108 - it is marked
    return held


def test_files_are_chosen_put_in_order_and_sent_with_words(desk: Desk) -> None:
    page = _open(desk)
    _choose(page, _payload("a.png", "image/png", PICTURE), _payload("b.png", "image/png", PICTURE))
    _choose(page, _payload("contract.pdf", "application/pdf", PDF))
    for name in ("a.png", "b.png", "contract.pdf"):
        _expect_ready(page, name)
    _tile(page, "b.png").get_by_role("button", name="Move b.png forward").click()
    _send(page, "The contract, and two views of the tower")
    bubble = page.get_by_role("article").filter(has_text="two views of the tower")
    expect(bubble.get_by_role("img", name="Delivered")).to_be_visible()
    expect(
        bubble.get_by_role("group", name="Album, 2 items").locator("img").first
    ).to_have_js_property("complete", value=True)
    expect(bubble).to_contain_text("contract.pdf")
    parts = _last(desk)["parts"]
    assert [part["name"] for part in parts] == ["b.png", "a.png", "contract.pdf"]
    assert parts[0]["caption"]["text"] == "The contract, and two views of the tower"
    expect(page.locator(".tray")).to_have_count(0)


def test_a_picture_alone_can_be_dropped_on_the_thread_and_sent(desk: Desk) -> None:
    page = _open(desk)
    _give(page, "dragover", ".thread-scroll")
    expect(page.get_by_text("Drop files here to send them to Oliver")).to_be_visible()
    _give(page, "drop", ".thread-scroll")
    expect(page.get_by_text("Drop files here")).to_have_count(0)
    _expect_ready(page, "tower.png")
    page.get_by_role("button", name="Send", exact=True).click()
    picture = page.get_by_role("article").last.get_by_role("img", name="Photo from")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    expect(page.get_by_role("article").last.get_by_role("img", name="Delivered")).to_be_visible()
    assert _last(desk)["parts"][0]["kind"] == "image"


def test_what_is_dropped_beside_the_thread_neither_is_sent_nor_takes_the_page_away(
    desk: Desk,
) -> None:
    page = _open(desk)
    _give(page, "drop", ".list-pane")
    expect(page.get_by_role("heading", level=1, name=OLIVER)).to_be_visible()
    expect(page.locator(".tray")).to_have_count(0)


def test_a_picture_is_pasted(desk: Desk) -> None:
    page = _open(desk)
    _give(page, "paste", "textarea", "image.png")
    _expect_ready(page, "image.png")
    _send(page, "Here")
    expect(page.get_by_role("article").last.get_by_role("img", name="Delivered")).to_be_visible()
    assert _last(desk)["parts"][0]["caption"]["text"] == "Here"


def test_an_upload_tells_how_far_it_is_and_can_be_cancelled(desk: Desk) -> None:
    page = _open(desk)
    held = _hold_uploads(page)
    _choose(page, _payload("a.png", "image/png", PICTURE))
    expect(_tile(page, "a.png").get_by_role("progressbar")).to_be_visible()
    _tile(page, "a.png").get_by_role("button", name="Cancel the upload of a.png").click()
    expect(page.locator(".tray")).to_have_count(0)
    assert len(held) == 1
    _send(page, "Never mind")
    expect(page.get_by_role("article").last.get_by_role("img", name="Delivered")).to_be_visible()
    assert [part["type"] for part in _last(desk)["parts"]] == ["text"]


def test_sending_waits_for_what_is_on_its_way(desk: Desk) -> None:
    page = _open(desk)
    held = _hold_uploads(page)
    _choose(page, _payload("a.png", "image/png", PICTURE))
    expect(_tile(page, "a.png")).to_be_visible()
    _send(page, "Wait for it")
    expect(page.get_by_text("It will be sent as soon as the files are there.")).to_be_visible()
    assert _last(desk)["direction"] == "in"
    held[0].continue_()
    bubble = page.get_by_role("article").filter(has_text="Wait for it")
    expect(bubble.get_by_role("img", name="Delivered")).to_be_visible()
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("")


def test_who_takes_the_sending_back_keeps_words_and_files(desk: Desk) -> None:
    page = _open(desk)
    held = _hold_uploads(page)
    _choose(page, _payload("a.png", "image/png", PICTURE))
    _send(page, "Wait for it")
    page.get_by_role("button", name="Do not send yet").click()
    held[0].continue_()
    _expect_ready(page, "a.png")
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("Wait for it")
    assert _last(desk)["direction"] == "in"


def test_a_refused_upload_says_why_holds_the_sending_and_is_tried_again(desk: Desk) -> None:
    page = _open(desk)
    answer = '{"code": "infected_file", "message": "", "fields": {}}'
    page.route("**/api/files?*", lambda route: route.fulfill(status=422, body=answer))
    _choose(page, _payload("a.png", "image/png", PICTURE))
    expect(_tile(page, "a.png")).to_contain_text("the virus scan found something in it")
    _send(page, "Look")
    expect(page.get_by_text("Some files are not uploaded")).to_be_visible()
    assert _last(desk)["direction"] == "in"
    page.unroute("**/api/files?*")
    _tile(page, "a.png").get_by_role("button", name="Upload a.png again").click()
    _expect_ready(page, "a.png")
    _tile(page, "a.png").get_by_role("button", name="Remove a.png").click()
    expect(page.locator(".tray")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("Look")


def test_an_upload_that_broke_goes_on_by_itself(desk: Desk) -> None:
    page = _open(desk)
    page.route("**/api/files?*", lambda route: route.abort())
    _choose(page, _payload("a.png", "image/png", PICTURE))
    expect(_tile(page, "a.png")).to_contain_text("it will be tried again")
    page.unroute("**/api/files?*")
    _expect_ready(page, "a.png")


def test_files_stay_with_the_draft_of_their_conversation(desk: Desk) -> None:
    page = _open(desk)
    _choose(page, _payload("a.png", "image/png", PICTURE))
    _expect_ready(page, "a.png")
    desk.open("Мария Соколова")
    expect(page.locator(".tray")).to_have_count(0)
    desk.open(OLIVER)
    _expect_ready(page, "a.png")


def test_what_the_channel_does_not_carry_is_said_before_it_is_uploaded(desk: Desk) -> None:
    page = _open(desk)
    held = _hold_uploads(page)
    _choose(page, _payload("huge.png", "image/png", bytes(11 * 1024 * 1024)))
    expect(page.get_by_text("“huge.png” was not added: it is larger than 10 MB.")).to_be_visible()
    _choose(page, *(_payload(f"{n}.txt", "text/plain", b"x") for n in range(11)))
    expect(page.get_by_text("“10.txt” was not added")).to_be_visible()
    expect(page.locator(".tray li")).to_have_count(10)
    assert len(held) <= 2
    desk.open("Тарас Гнатюк")
    expect(page.get_by_role("button", name="Attach files")).to_have_count(0)


def test_a_note_takes_no_files(desk: Desk) -> None:
    page = _open(desk)
    page.keyboard.press("n")
    expect(page.get_by_role("button", name="Attach files")).to_have_count(0)
    _give(page, "drop", ".thread-scroll")
    expect(page.get_by_text("Files go with a reply, not with a note.")).to_be_visible()
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator(".tray")).to_have_count(0)


def test_a_reply_with_a_picture_survives_a_reload_that_came_before_the_answer(desk: Desk) -> None:
    page = _open(desk)
    _choose(page, _payload("a.png", "image/png", PICTURE))
    _expect_ready(page, "a.png")
    desk.stage("set", {"failing": {"POST /api/conversations": 503}})
    _send(page, "Look at this")
    bubble = page.get_by_role("article").filter(has_text="Look at this")
    expect(bubble.get_by_role("img", name="Photo from")).not_to_have_js_property("naturalWidth", 0)
    page.reload()
    expect(bubble.get_by_role("img", name="Photo from")).not_to_have_js_property("naturalWidth", 0)
    desk.stage("set", {"failing": {}})
    expect(bubble.get_by_role("img", name="Delivered")).to_be_visible()
    expect(bubble).to_have_count(1)


def test_a_place_is_sent_by_its_coordinates(desk: Desk) -> None:
    page = _open(desk)
    page.get_by_role("button", name="Send a place").click()
    dialog = page.get_by_role("dialog", name="Send a place")
    dialog.get_by_label("Coordinates").fill("somewhere")
    dialog.get_by_role("button", name="Send the place").click()
    expect(dialog).to_contain_text("This is not a latitude")
    dialog.get_by_label("Coordinates").fill("50,45012, 30,52341")
    expect(dialog.get_by_role("link", name="map")).to_have_attribute("rel", "noopener noreferrer")
    dialog.get_by_label("Title").fill("Our shop")
    dialog.get_by_role("button", name="Send the place").click()
    bubble = page.get_by_role("article").filter(has_text="Our shop")
    expect(bubble.get_by_role("img", name="Delivered")).to_be_visible()
    [place] = _last(desk)["parts"]
    assert (place["latitude"], place["longitude"]) == (50.45012, 30.52341)


@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_place_is_taken_from_the_browser_if_it_tells(desk: Desk, is_allowed: bool) -> None:
    page = _open(desk)
    page.context.set_geolocation({"latitude": 48.85837, "longitude": 2.29448})
    if is_allowed:
        page.context.grant_permissions(["geolocation"])
    page.get_by_role("button", name="Send a place").click()
    dialog = page.get_by_role("dialog", name="Send a place")
    dialog.get_by_role("button", name="Where I am now").click()
    if is_allowed:
        expect(dialog.get_by_label("Coordinates")).to_have_value("48.85837, 2.29448")
    else:
        expect(dialog).to_contain_text("The browser does not tell where you are")
