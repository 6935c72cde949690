"""Who may see a file, and how a browser is made to treat it."""

from __future__ import annotations

from uuid import UUID

import pytest

from halfminute.plugins.telegram.fake.media import read_media
from halfminute.sdk.model import MediaPart
from tests.files.browser import Browser
from tests.plain_channel import message

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


async def test_a_reader_of_the_conversation_sees_its_picture(browser: Browser) -> None:
    file_id = await browser.receive(PNG)

    answer = await browser.ask(file_id)

    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''cat.png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")


async def test_who_may_not_read_the_conversation_is_not_told_that_there_is_a_file(
    browser: Browser,
) -> None:
    file_id = await browser.receive(PNG)
    browser.principal = browser.stranger

    hidden = await browser.ask(file_id)
    missing = await browser.ask(UUID(int=1))

    assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json())
    assert hidden.status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "cat.png"),
        (b"<html><body><script>alert(1)</script></body></html>", "cat.png"),
        (b"%PDF-1.4\n", "bill.pdf"),
        (b"just words", "notes.txt"),
        (b"", "empty.png"),
    ],
    ids=["svg", "html", "pdf", "text", "empty"],
)
async def test_what_could_carry_a_script_is_never_shown_whatever_it_is_called(
    browser: Browser, content: bytes, name: str
) -> None:
    answer = await browser.ask(await browser.receive(content, name))

    assert answer.status_code == 200
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "media_type", "disposition"),
    [
        ("sticker.webm", "video/webm", "inline"),
        # Its bytes, not their content: the desk unpacks it, within its own bounds.
        ("sticker.tgs", "application/gzip", "attachment"),
    ],
)
async def test_a_moving_sticker_can_be_shown_by_our_own_page(
    browser: Browser, name: str, media_type: str, disposition: str
) -> None:
    content = read_media(name)

    answer = await browser.ask(await browser.receive(content, name))

    assert answer.content == content
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].startswith(disposition)
    assert "content-encoding" not in answer.headers
    assert answer.headers["accept-ranges"] == "bytes"


async def test_a_name_cannot_break_out_of_its_header(browser: Browser) -> None:
    name = 'x"; filename=evil.html\r\nSet-Cookie: a=b; кот.png'

    answer = await browser.ask(await browser.receive(PNG, name))

    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''x_%3B%20")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-3", 0, 3), ("bytes=1000-", 1000, 1031), ("bytes=-8", 1024, 1031)],
)
async def test_a_player_may_ask_for_a_range(
    browser: Browser, asked: str, first: int, last: int
) -> None:
    file_id = await browser.receive(PNG)

    answer = await browser.ask(file_id, range=asked)

    assert answer.status_code == 206
    assert answer.content == PNG[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(PNG)}"


async def test_a_range_after_the_end_is_refused(browser: Browser) -> None:
    answer = await browser.ask(await browser.receive(PNG), range="bytes=5000-")

    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")


async def test_a_file_that_is_still_to_come_is_not_ready(browser: Browser) -> None:
    part = MediaPart(kind="image", file_state="pending", source={"file": "cat"})
    await browser.scene.tell(message(parts=(part,)))
    file = await browser.scene.row("select id from files")

    answer = await browser.ask(file["id"])

    assert (answer.status_code, answer.json()["fields"]) == (409, {"state": "pending"})
