"""What a file looks and sounds like is found out once it is ready, and told."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from PIL import Image

from halfminute.conversations.queries import list_message_views
from halfminute.files.decoding.decoder import Decoder
from halfminute.files.keeping import delete_loose_bytes
from halfminute.files.previewing import PreviewWorker
from halfminute.files.queries import iterate_kept_files
from halfminute.files.store import FileStore
from halfminute.sdk.model import MediaPart
from tests.files import samples
from tests.files.browser import Browser


@asynccontextmanager
async def _working(browser: Browser, workers: int = 1) -> AsyncIterator[None]:
    tasks = [
        asyncio.create_task(PreviewWorker(browser.scene.log, browser.store, Decoder()).run())
        for _ in range(workers)
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _wait_for(browser: Browser, count: int = 1) -> list[asyncpg.Record]:
    """Until so many were looked at."""
    async with asyncio.timeout(60):
        while True:
            rows = await browser.scene.rows(
                "select * from files where preview_due_at is null order by id"
            )
            if len(rows) == count:
                return rows
            await asyncio.sleep(0.02)


def _list_kept(place: Path) -> list[Path]:
    return [found for found in place.rglob("*") if found.is_file()]


async def _shown_part(browser: Browser) -> MediaPart:
    row = await browser.scene.row("select id from messages")
    async with browser.scene.database.connection() as connection:
        [view] = (await list_message_views(connection, [row["id"]])).values()
    [part] = view.parts
    assert isinstance(part, MediaPart)
    return part


async def test_a_picture_gets_a_thumbnail_that_its_readers_are_told_of(browser: Browser) -> None:
    await browser.receive(samples.photo(width=2000, height=1000))
    before = await _shown_part(browser)

    async with _working(browser):
        await _wait_for(browser)

    assert (await browser.scene.events())[-2:] == ["FileReady", "FilePreviewed"]
    after = await _shown_part(browser)
    assert not before.thumbnail_url
    assert (after.width, after.height, after.media_type) == (2000, 1000, "image/jpeg")
    answer = await browser.client.get(str(after.thumbnail_url))
    assert answer.headers["content-type"] == "image/webp"
    with Image.open(io.BytesIO(answer.content)) as thumbnail:
        assert thumbnail.size == (480, 240)
    assert b"Ira" not in answer.content


async def test_a_picture_that_lies_is_upright_in_its_thumbnail(browser: Browser) -> None:
    await browser.receive(samples.photo(orientation=6, width=2000, height=1000))

    async with _working(browser):
        [file] = await _wait_for(browser)

    assert (file["width"], file["height"]) == (1000, 2000)
    answer = await browser.client.get(f"/api/files/{file['id']}/thumbnail")
    with Image.open(io.BytesIO(answer.content)) as thumbnail:
        assert thumbnail.size == (240, 480)
        assert samples.colour_at(thumbnail, 120, 10)[0] > 200


@pytest.mark.parametrize(
    "content",
    [samples.film(), samples.film("webm", "libvpx"), samples.film("mov"), samples.film("avi")],
    ids=["mp4", "webm", "mov", "avi"],
)
async def test_a_film_shows_how_it_begins(browser: Browser, content: bytes) -> None:
    await browser.receive(content)

    async with _working(browser):
        [file] = await _wait_for(browser)

    assert (file["width"], file["height"], file["duration_seconds"]) == (160, 96, 2)
    answer = await browser.client.get(f"/api/files/{file['id']}/thumbnail")
    with Image.open(io.BytesIO(answer.content)) as thumbnail:
        red, _, blue = samples.colour_at(thumbnail, 20, 40)
        assert red > 150 > blue


async def test_a_voice_message_tells_its_waveform(browser: Browser) -> None:
    await browser.receive(samples.voice(3.0))

    async with _working(browser):
        await _wait_for(browser)

    part = await _shown_part(browser)
    assert part.duration_seconds == 3
    assert isinstance(part.waveform, tuple)
    assert len(part.waveform) == 64
    assert part.waveform[0] < 10 < part.waveform[32] < max(part.waveform) == 100
    assert not part.thumbnail_url


@pytest.mark.parametrize(
    "content",
    [
        samples.picture()[:60],
        samples.png_header(60_000, 60_000),
        samples.voice()[:300],
        samples.film()[:200],
        b"%PDF-1.4\n%%EOF",
    ],
    ids=["cut picture", "huge picture", "cut sound", "cut film", "document"],
)
async def test_what_cannot_be_decoded_is_simply_without(browser: Browser, content: bytes) -> None:
    file_id = await browser.receive(content)

    async with _working(browser):
        [file] = await _wait_for(browser)

    assert (file["state"], file["thumbnail_key"], file["waveform"]) == ("ready", None, None)
    assert (await browser.client.get(f"/api/files/{file_id}/thumbnail")).status_code == 404
    assert (await browser.ask(file_id)).content == content


async def test_a_worker_that_died_is_followed_by_another(browser: Browser) -> None:
    await browser.receive(samples.picture())
    await browser.scene.execute(
        "update files set preview_attempts = 1, preview_due_at = now() + interval '0.3 s'"
    )

    async with _working(browser):
        [file] = await _wait_for(browser)

    assert file["preview_attempts"] == 2
    assert file["thumbnail_key"] is not None


async def test_a_file_at_which_workers_die_is_left_without(browser: Browser) -> None:
    await browser.receive(samples.picture())
    await browser.scene.execute("update files set preview_attempts = 3")

    async with _working(browser):
        [file] = await _wait_for(browser)

    assert file["thumbnail_key"] is None


async def test_of_many_workers_each_file_keeps_one_thumbnail(
    browser: Browser, tmp_path: Path, store: FileStore
) -> None:
    ids: list[UUID] = [await browser.receive(samples.picture()) for _ in range(4)]

    async with _working(browser, workers=3):
        files = await _wait_for(browser, count=4)

    assert len({file["thumbnail_key"] for file in files}) == 4
    await browser.scene.execute("update loose_files set due_at = now()")
    await delete_loose_bytes(browser.scene.database, store)
    assert len(_list_kept(tmp_path)) == 2 * len(ids)
    assert (await browser.scene.events()).count("FilePreviewed") == 4


async def test_a_backup_holds_a_thumbnail_beside_its_picture(
    browser: Browser, store: FileStore
) -> None:
    await browser.receive(samples.picture())
    async with _working(browser):
        [file] = await _wait_for(browser)

    async with browser.scene.database.transaction() as connection:
        kept = [each async for each in iterate_kept_files(connection)]

    assert {each.storage_key for each in kept} == {file["storage_key"], file["thumbnail_key"]}
    for each in kept:
        content = b"".join([piece async for piece in store.read(each.storage_key, 0, each.size)])
        assert hashlib.sha256(content).digest() == each.sha256
