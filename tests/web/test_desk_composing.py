"""How long a reply may be, as the server says of its channel, and what becomes of a longer one."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from halfminute.conversations.texts import NOTE_LIMIT
from tests.web.conftest import Desk
from tests.web.stand_in.channels import CHANNELS
from tests.web.stand_in.pictures import make_photo

TELEGRAM = CHANNELS["telegram"]
ON_TELEGRAM = "Oliver Brandt"
ON_VIBER = "Тарас Гнатюк"


def _open(desk: Desk, name: str = ON_TELEGRAM) -> Page:
    desk.sign_in()
    return desk.open(name)


def _field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Reply")


def _send(page: Page) -> Locator:
    return page.get_by_role("button", name="Send", exact=True)


def _hint(page: Page) -> Locator:
    return page.locator(".composer .hint")


def test_a_long_reply_is_said_to_be_cut_and_is_sent(desk: Desk) -> None:
    page = _open(desk)
    _field(page).fill("x" * TELEGRAM["text_limit"])
    expect(_hint(page)).not_to_contain_text("Goes as")
    _field(page).fill("x" * (TELEGRAM["text_limit"] + 1))
    expect(_hint(page)).to_have_text("Goes as 2 messages")
    _send(page).click()
    expect(_field(page)).to_have_value("")
    expect(page.get_by_role("article").last.get_by_label("Delivered")).to_be_visible()
    said = desk.stage.messages(ON_TELEGRAM)[-1]["parts"][0]["text"]
    assert len(said) == TELEGRAM["text_limit"] + 1


def test_telegram_counts_an_emoji_as_two(desk: Desk) -> None:
    page = _open(desk)
    _field(page).fill("👍" * (TELEGRAM["text_limit"] // 2 + 1))
    expect(_hint(page)).to_have_text("Goes as 2 messages")


def test_more_than_a_reply_may_be_cannot_be_sent(desk: Desk) -> None:
    page = _open(desk)
    _field(page).fill("x" * (TELEGRAM["reply_limit"] + 3))
    expect(_hint(page)).to_have_text("3 characters too many")
    expect(_send(page)).to_be_disabled()
    _field(page).fill("x" * TELEGRAM["reply_limit"])
    expect(_hint(page)).to_contain_text("0 characters left")
    expect(_send(page)).to_be_enabled()


def test_paragraphs_that_become_too_many_messages_cannot_be_sent(desk: Desk) -> None:
    page = _open(desk)
    _field(page).fill("\n\n".join(["x" * (TELEGRAM["text_limit"] * 2 // 3)] * 11))
    expect(_hint(page)).to_have_text("It would be 11 messages, 10 are the most")
    expect(_send(page)).to_be_disabled()


def test_russian_counts_messages_as_it_does(desk: Desk) -> None:
    desk.sign_in("Русский")
    page = desk.open(ON_TELEGRAM)
    page.get_by_role("textbox", name="Ответ").fill("я" * (TELEGRAM["text_limit"] * 4 + 1))
    expect(_hint(page)).to_have_text("Уйдёт 5 сообщениями")


def test_a_note_may_be_as_long_as_the_server_takes(desk: Desk) -> None:
    page = _open(desk)
    page.get_by_role("button", name="Note", exact=True).click()
    page.get_by_role("textbox", name="Note").fill("x" * (NOTE_LIMIT + 1))
    expect(_hint(page)).to_have_text("1 character too many")
    expect(page.get_by_role("button", name="Add note")).to_be_disabled()


def test_a_channel_is_offered_only_what_it_carries(desk: Desk) -> None:
    page = _open(desk, ON_VIBER)
    for name in ("Stickers", "Attach files", "Send a place"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    _field(page).fill("x" * (TELEGRAM["text_limit"] + 1))
    expect(_hint(page)).not_to_contain_text("Goes as")
    _send(page).click()
    ours = page.get_by_role("article").last
    expect(ours.get_by_label("Delivered")).to_be_visible()
    ours.hover()
    expect(ours.get_by_role("button", name="Reply to this message")).to_be_visible()
    expect(ours.get_by_role("button", name="Change this message")).to_have_count(0)


def _captions(desk: Desk) -> list[dict[str, Any] | None]:
    return [part["caption"] for part in desk.stage.messages(ON_TELEGRAM)[-1]["parts"]]


@pytest.mark.parametrize("words", ["The tower by night", ""])
def test_the_caption_of_a_picture_is_edited(desk: Desk, words: str) -> None:
    page = _open(desk)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    picture = make_photo(320, 240)
    file: FilePayload = {"name": "tower.png", "mimeType": "image/png", "buffer": picture}
    chooser.value.set_files(file)
    expect(page.locator(".tile.ready")).to_be_visible()
    _field(page).fill("The tower")
    _field(page).press("Enter")
    ours = page.get_by_role("article").last
    expect(ours.get_by_label("Delivered")).to_be_visible()
    ours.hover()
    ours.get_by_role("button", name="Change this message").click()
    page.get_by_role("menuitem", name="Edit").click()
    field = page.get_by_role("textbox", name="New words of the message")
    expect(field).to_have_value("The tower")
    field.fill("x" * (TELEGRAM["caption_limit"] + 1))
    expect(_hint(page)).to_have_text("1 character too many")
    field.fill(words)
    field.press("Enter")
    expect(ours.get_by_role("button", name="Show earlier versions")).to_be_visible()
    assert [caption and caption["text"] for caption in _captions(desk)] == [words or None]
