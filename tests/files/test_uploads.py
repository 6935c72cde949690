"""An agent hands files in: what they are, how often, and what is left of them."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from halfminute.files import receiving
from halfminute.files.actions.show_files import show_files
from halfminute.files.errors import FileNotFound, FileNotReady
from halfminute.files.keeping import delete_loose_bytes
from halfminute.files.queries import get_uploads
from halfminute.files.retention import remove_leftovers
from halfminute.kit.errors import TooManyRequests
from halfminute.kit.ids import new_id
from tests.files import samples
from tests.files.browser import SIZE_LIMIT, Browser
from tests.plain_channel import message
from tests.scene import Scene

DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "words")
    return made.getvalue()


def _list_kept(place: Path) -> list[Path]:
    return [found for found in place.rglob("*") if found.is_file()]


async def _make_old(scene: Scene, hours: int) -> None:
    await scene.execute("update files set created_at = now() - make_interval(hours => $1)", hours)


async def _use(browser: Browser, *file_ids: str) -> None:
    """A message of the agent shows them."""
    await browser.scene.tell(message("hello"))
    told = await browser.scene.row("select id, conversation_id from messages limit 1")
    async with browser.scene.log.write() as unit:
        ids = [UUID(file_id) for file_id in file_ids]
        await get_uploads(unit.connection, ids, browser.scene.agent_id)
        await show_files(unit, told["conversation_id"], [(told["id"], ids)])


async def test_a_picture_is_handed_in_and_seen_by_its_owner(browser: Browser) -> None:
    content = samples.picture()

    answer = await browser.upload(content, "кот.png")

    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["state"], told["kind"], told["media_type"]) == ("ready", "image", "image/png")
    assert (told["width"], told["height"], told["name"]) == (60, 40, "кот.png")
    row = await browser.scene.row("select uploaded_by, state, kind from files")
    assert tuple(row) == (browser.scene.agent_id, "ready", "image")
    shown = await browser.ask(told["id"])
    assert (shown.content, shown.headers["content-type"]) == (content, "image/png")


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        (samples.photo(), "image", "image/jpeg"),
        (samples.picture("WEBP"), "image", "image/webp"),
        (samples.animation(), "animation", "image/gif"),
        (samples.film(), "video", "video/mp4"),
        (samples.film("webm", "libvpx"), "video", "video/webm"),
        (samples.wav(), "audio", "audio/wav"),
        (samples.voice(), "voice", "audio/ogg"),
        # As a browser records it: its container says film, and it is a sound.
        (samples.voice(container="webm"), "audio", "audio/webm"),
        (samples.voice(container="mp3", codec="libmp3lame"), "audio", "audio/mpeg"),
        (b"%PDF-1.4\n%%EOF\n", "file", "application/pdf"),
        (_archive("a.txt"), "file", "application/zip"),
        (_archive("[Content_Types].xml", "word/document.xml"), "file", DOCUMENT),
        (b"just words", "file", "application/octet-stream"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_file_is_what_its_bytes_say(
    browser: Browser, content: bytes, kind: str, media_type: str
) -> None:
    told = (await browser.upload(content, "invoice.exe")).json()

    assert (told["kind"], told["media_type"]) == (kind, media_type)
    assert (await browser.ask(told["id"])).status_code == 200


async def test_a_sound_tells_how_long_and_how_loud_it_is(browser: Browser) -> None:
    told = (await browser.upload(samples.voice(2.0), "voice.ogg")).json()

    assert told["duration_seconds"] == 2
    assert len(told["waveform"]) == 64
    # It grows louder from the beginning to the end.
    assert told["waveform"][0] < 10
    assert told["waveform"][32] in range(40, 60)
    assert max(told["waveform"]) == 100


async def test_a_film_tells_its_size_and_how_long_it_is(browser: Browser) -> None:
    told = (await browser.upload(samples.film())).json()

    assert (told["width"], told["height"], told["duration_seconds"]) == (160, 96, 2)


async def test_a_photo_says_nothing_of_who_took_it_where(browser: Browser) -> None:
    content = samples.photo(orientation=6, width=60, height=40)
    assert b"Telephone of Ira" in content

    told = (await browser.upload(content, "photo.jpg")).json()

    assert (told["width"], told["height"]) == (40, 60)  # upright
    kept = (await browser.ask(told["id"])).content
    with Image.open(io.BytesIO(kept)) as picture:
        assert not picture.getexif()
        assert picture.size == (40, 60)
        assert samples.colour_at(picture, 20, 5)[0] > 200  # red is at the top now
    assert b"Ira" not in kept
    assert b"Kyiv" not in kept


async def test_a_request_that_comes_again_makes_no_second_file(browser: Browser) -> None:
    client_id = new_id()
    first = await browser.upload(samples.picture(), client_id=client_id)
    again = await browser.upload(samples.picture(), client_id=client_id)

    assert first.json() == again.json()
    assert len(await browser.scene.rows("select id from files")) == 1


async def test_requests_with_one_id_at_once_make_one_file(browser: Browser, tmp_path: Path) -> None:
    client_id = new_id()
    answers = await asyncio.gather(
        *(browser.upload(samples.picture(), client_id=client_id) for _ in range(4))
    )

    assert len({answer.json()["id"] for answer in answers}) == 1
    await browser.scene.execute("update loose_files set due_at = now()")
    await delete_loose_bytes(browser.scene.database, browser.store)
    assert len(_list_kept(tmp_path)) == 1
    assert (await browser.ask(answers[0].json()["id"])).content == samples.picture()


async def test_the_id_of_one_person_is_not_that_of_another(browser: Browser) -> None:
    client_id = new_id()
    mine = await browser.upload(samples.picture(), client_id=client_id)
    await browser.scene.execute(
        "insert into users (id, email, name, password_hash) values ($1, 'o@example.org', 'O', '-')",
        browser.stranger.user_id,
    )
    browser.principal = browser.stranger

    theirs = await browser.upload(samples.picture(), client_id=client_id)

    assert mine.json()["id"] != theirs.json()["id"]
    assert (await browser.ask(mine.json()["id"])).status_code == 404
    removal = await browser.client.delete(f"/api/files/{mine.json()['id']}")
    assert removal.status_code == 404


@pytest.mark.parametrize("is_told", [True, False], ids=["its length told", "its length not told"])
async def test_too_much_is_refused_and_nothing_is_left(
    browser: Browser, tmp_path: Path, is_told: bool
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield bytes(SIZE_LIMIT // 2)

    answer = await browser.upload(bytes(SIZE_LIMIT + 1) if is_told else pieces())

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.json()["fields"] == {"limit": SIZE_LIMIT}
    assert _list_kept(tmp_path) == []
    assert await browser.scene.rows("select id from files") == []


async def test_what_is_cut_short_leaves_nothing(browser: Browser, tmp_path: Path) -> None:
    sent = [
        {"type": "http.request", "body": samples.picture()[:50], "more_body": True},
        {"type": "http.disconnect"},
    ]
    answers: list[Any] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/files",
        "raw_path": b"/api/files",
        "root_path": "",
        "query_string": f"client_id={new_id()}".encode(),
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("desk", 80),
        "extensions": {},
        "state": {},
    }

    async def receive() -> Any:
        return sent.pop(0)

    async def send(told: Any) -> None:
        answers.append(told)

    await browser.app(scope, receive, send)

    assert answers[0]["status"] == 400
    assert _list_kept(tmp_path) == []
    assert await browser.scene.rows("select id from files") == []
    assert await browser.scene.rows("select storage_key from loose_files") == []


async def test_a_client_that_falls_silent_is_taken_for_gone(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "SILENCE_SECONDS", 0.05)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"GIF89a"
        await asyncio.Event().wait()

    answer = await browser.upload(pieces())

    assert (answer.status_code, answer.json()["code"]) == (400, "client_gone")


async def test_a_file_without_bytes_is_refused(browser: Browser) -> None:
    answer = await browser.upload(b"")

    assert (answer.status_code, answer.json()["code"]) == (400, "empty_file")


async def test_what_is_taken_back_is_gone(browser: Browser, tmp_path: Path) -> None:
    file_id = (await browser.upload(samples.picture())).json()["id"]

    answer = await browser.client.delete(f"/api/files/{file_id}")

    assert answer.status_code == 204
    assert (await browser.ask(file_id)).status_code == 404
    await remove_leftovers(browser.scene.database, browser.store)
    assert _list_kept(tmp_path) == []
    assert await browser.scene.rows("select storage_key from loose_files") == []


async def test_what_a_message_shows_cannot_be_taken_back(browser: Browser) -> None:
    file_id = (await browser.upload(samples.picture())).json()["id"]
    await _use(browser, file_id)

    answer = await browser.client.delete(f"/api/files/{file_id}")

    assert (answer.status_code, answer.json()["code"]) == (409, "file_in_use")
    assert (await browser.ask(file_id)).status_code == 200


async def test_before_it_is_used_only_its_owner_sees_it_and_then_who_reads_the_conversation(
    browser: Browser,
) -> None:
    colleague = browser.stranger
    file_id = (await browser.upload(samples.picture())).json()["id"]
    browser.reader, browser.principal = colleague, colleague

    assert (await browser.ask(file_id)).status_code == 404
    await _use(browser, file_id)
    assert (await browser.ask(file_id)).status_code == 200


async def test_what_no_message_shows_for_a_day_is_removed(browser: Browser, tmp_path: Path) -> None:
    used = (await browser.upload(samples.picture())).json()["id"]
    await _use(browser, used)
    unused = (await browser.upload(samples.animation())).json()["id"]
    await _make_old(browser.scene, 23)
    await remove_leftovers(browser.scene.database, browser.store)
    assert (await browser.ask(unused)).status_code == 200

    await _make_old(browser.scene, 25)
    await remove_leftovers(browser.scene.database, browser.store)

    assert (await browser.ask(unused)).status_code == 404
    assert (await browser.ask(used)).content == samples.picture()
    assert len(_list_kept(tmp_path)) == 1


async def test_a_message_takes_only_what_its_author_handed_in(browser: Browser) -> None:
    mine = (await browser.upload(samples.picture())).json()["id"]
    await browser.scene.execute("update files set state = 'pending'")
    with pytest.raises(FileNotReady):
        await _use(browser, mine)
    await browser.scene.execute("update files set state = 'ready', uploaded_by = null")
    with pytest.raises(FileNotFound):
        await _use(browser, mine)


async def test_more_than_one_may_hand_in_is_refused(browser: Browser) -> None:
    browser.allow(a_minute=2)
    for _ in range(2):
        assert (await browser.upload(b"words")).status_code == 201

    answer = await browser.upload(b"words")

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert int(answer.headers["retry-after"]) > 0


async def test_as_much_as_may_lie_unused_is_refused_even_when_it_comes_at_once(
    browser: Browser,
) -> None:
    browser.allow(unused=1)

    answers = await asyncio.gather(*(browser.upload(b"words") for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [201, 429, 429]


async def test_one_person_has_a_few_under_way_at_a_time() -> None:
    uploads, one, another = receiving.Uploads(), new_id(), new_id()
    turns = [uploads.take_turn(one) for _ in range(4)]
    for turn in turns:
        turn.__enter__()
    with pytest.raises(TooManyRequests), uploads.take_turn(one):
        pass
    with uploads.take_turn(another):
        pass
    turns[0].__exit__(None, None, None)
    with uploads.take_turn(one):
        pass
