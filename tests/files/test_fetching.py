"""Media is fetched after the ack, once, and what cannot be fetched says so."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from halfminute.channels.fetching import ProviderFiles
from halfminute.files import fetching
from halfminute.files.fetching import FileFetcher
from halfminute.files.queries import map_shown_files
from halfminute.files.store import FileStore
from halfminute.sdk.errors import FileExpired, FileTooLarge, ProviderError
from halfminute.sdk.model import FileState, MediaPart, StickerPart
from tests.plain_channel import message
from tests.scene import Scene

GIF = b"GIF89a" + bytes(3000)


@asynccontextmanager
async def _working(scene: Scene, store: FileStore, workers: int = 1) -> AsyncIterator[None]:
    """So many delivery processes at work."""
    fetch = ProviderFiles(scene.book, scene.clients).fetch
    tasks = [
        asyncio.create_task(FileFetcher(scene.log, store, fetch, size_limit=5000).run())
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


async def _send_pictures(scene: Scene, *names: str) -> None:
    for name in names:
        part = MediaPart(kind="image", file_state="pending", source={"file": name}, name=name)
        await scene.tell(message(parts=(part,)))


async def _wait_for(scene: Scene, state: FileState, count: int = 1) -> list[asyncpg.Record]:
    async with asyncio.timeout(10):
        while True:
            rows = await scene.rows("select * from files where state = $1 order by id", state)
            if len(rows) == count:
                return rows
            await asyncio.sleep(0.02)


async def test_a_picture_is_fetched_kept_and_told(scene: Scene, store: FileStore) -> None:
    scene.channel.files["cat"] = GIF
    async with _working(scene, store):
        await _send_pictures(scene, "cat")
        [file] = await _wait_for(scene, "ready")

    assert file["sha256"] == hashlib.sha256(GIF).digest()
    assert (file["size"], file["media_type"]) == (len(GIF), "image/gif")
    kept = b"".join([piece async for piece in store.read(file["storage_key"], 0, file["size"])])
    assert kept == GIF
    assert (await scene.events())[-1] == "FileReady"
    async with scene.database.connection() as connection:
        [shown] = (await map_shown_files(connection, [file["id"]])).values()
    assert (shown.state, shown.media_type, shown.has_thumbnail) == ("ready", "image/gif", False)


async def test_many_workers_fetch_each_file_once(scene: Scene, store: FileStore) -> None:
    names = [f"cat-{n}" for n in range(12)]
    scene.channel.files = dict.fromkeys(names, GIF)
    await _send_pictures(scene, *names)

    async with _working(scene, store, workers=3):
        await _wait_for(scene, "ready", count=12)

    assert sorted(source["file"] for source in scene.channel.fetched) == sorted(names)


async def test_a_sticker_brings_its_thumbnail(scene: Scene, store: FileStore) -> None:
    scene.channel.files = {"s": GIF, "t": GIF}
    sticker = StickerPart(
        format="webm", file_state="pending", source={"file": "s"}, thumbnail_source={"file": "t"}
    )
    await scene.tell(message(parts=(sticker,)))

    async with _working(scene, store):
        files = await _wait_for(scene, "ready", count=2)

    [part] = (await scene.row("select parts from messages"))["parts"]
    assert {part["file_id"], part["thumbnail_file_id"]} == {str(file["id"]) for file in files}


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (FileExpired(), "expired"),
        (FileTooLarge(), "too_large"),
        (ProviderError("no", is_retryable=False), "failed"),
    ],
)
async def test_what_the_provider_will_not_give_ends_so(
    scene: Scene, store: FileStore, failure: Exception, state: FileState
) -> None:
    scene.channel.failures = [failure]
    await _send_pictures(scene, "cat")

    async with _working(scene, store):
        await _wait_for(scene, state)

    assert (await scene.events())[-1] == "FileFailed"


async def test_a_file_larger_than_it_was_said_to_be_is_not_kept(
    scene: Scene, store: FileStore, tmp_path: Path
) -> None:
    scene.channel.files["cat"] = bytes(5001)
    await _send_pictures(scene, "cat")

    async with _working(scene, store):
        await _wait_for(scene, "too_large")

    assert _list_files(tmp_path) == []


def _list_files(place: Path) -> list[Path]:
    return [found for found in place.rglob("*") if found.is_file()]


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (gzip.compress(b'{"tgs":1,"layers":[' + b" " * 3_000_000), "too_large"),
        (bytes(4000), "failed"),
        (gzip.compress(b'{"tgs":1}')[:-9], "failed"),
        (gzip.compress(b'{"tgs":1}'), "ready"),
    ],
    ids=["bomb", "no gzip", "cut", "sticker"],
)
async def test_a_moving_sticker_is_kept_if_it_unpacks_to_a_sound_size(
    scene: Scene, store: FileStore, content: bytes, state: FileState
) -> None:
    scene.channel.files["s"] = content
    part = StickerPart(format="tgs", file_state="pending", source={"file": "s"})
    await scene.tell(message(parts=(part,)))

    async with _working(scene, store):
        await _wait_for(scene, state)


async def test_a_provider_that_stumbles_is_asked_again(
    scene: Scene, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_FIRST_PAUSE_SECONDS", 0.01)
    scene.channel.files["cat"] = GIF
    scene.channel.failures = [
        ProviderError("down", is_retryable=True),
        ConnectionResetError("cut"),
    ]
    await _send_pictures(scene, "cat")

    async with _working(scene, store):
        [file] = await _wait_for(scene, "ready")

    assert (file["attempts"], file["reason"]) == (3, "")


async def test_a_provider_that_never_recovers_is_given_up(
    scene: Scene, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_FIRST_PAUSE_SECONDS", 0.001)
    scene.channel.failures = [ProviderError("down", is_retryable=True) for _ in range(20)]
    await _send_pictures(scene, "cat")

    async with _working(scene, store):
        [file] = await _wait_for(scene, "failed")

    assert (file["attempts"], file["reason"]) == (fetching.ATTEMPTS, "down")


async def test_a_file_whose_fetcher_died_is_fetched_when_its_lease_is_over(
    scene: Scene, store: FileStore
) -> None:
    scene.channel.files["cat"] = GIF
    await _send_pictures(scene, "cat")
    await scene.execute("update files set attempts = 1, next_attempt_at = now() + interval '0.3 s'")

    async with _working(scene, store):
        [file] = await _wait_for(scene, "ready")

    assert file["attempts"] == 2
