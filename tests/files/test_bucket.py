"""Media in an S3-compatible store: a server of its own, spoken to over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from halfminute.files.errors import StoreUnreachable
from halfminute.files.store import FileStore, choose_file_store
from halfminute.kit.settings import (
    InvalidSettings,
    Settings,
    read_configuration,
    read_settings,
)
from halfminute.main.deep_checks import check_bucket
from tests.files import samples
from tests.files.browser import Browser
from tests.scene import Scene

CONTENT = os.urandom(700_000)


@pytest.fixture
async def endpoint() -> AsyncIterator[str]:
    """moto's server, with one bucket in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(60):
            await _make_bucket(address)
        yield address
    finally:
        process.kill()
        await process.wait()


async def _make_bucket(address: str) -> None:
    """As soon as the server is there."""
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                answer = await client.put(f"{address}/media")
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
            else:
                assert answer.status_code == 200
                return


def _settings(endpoint: str, **changed: str) -> Settings:
    given = {
        "database_url": "postgresql://-",
        "media_url": "s3://media/halfminute",
        "media_endpoint": endpoint,
        "media_region": "eu-central-1",
        "media_access_key_id": "key",
        "media_secret_access_key": "secret",
        **changed,
    }
    return read_settings({"HALFMINUTE_CONFIG": ""}, **given)


async def _read(store: FileStore, key: str, start: int, length: int) -> bytes:
    return b"".join([piece async for piece in store.read(key, start, length)])


async def test_what_is_kept_in_a_bucket_is_read_and_deleted(endpoint: str) -> None:
    store = choose_file_store(_settings(endpoint))
    assert await store.is_empty()

    stored = await store.put(CONTENT)

    assert stored.sha256 == hashlib.sha256(CONTENT).digest()
    assert await store.find_size(stored.storage_key) == len(CONTENT)
    assert await _read(store, stored.storage_key, 0, len(CONTENT)) == CONTENT
    assert await _read(store, stored.storage_key, 300_000, 5) == CONTENT[300_000:300_005]
    assert not await store.is_empty()
    await store.delete(stored.storage_key)
    await store.delete(stored.storage_key)
    assert await store.find_size(stored.storage_key) is None
    with pytest.raises(FileNotFoundError):
        await _read(store, stored.storage_key, 0, 1)


async def test_an_open_file_is_kept_whole_from_wherever_it_was_read(endpoint: str) -> None:
    store = choose_file_store(_settings(endpoint))
    content = os.urandom(12 * 1024 * 1024)
    with tempfile.TemporaryFile() as file:
        file.write(content)
        await store.keep("ab/cd", file)
    assert hashlib.sha256(await _read(store, "ab/cd", 0, len(content))).digest() == (
        hashlib.sha256(content).digest()
    )


async def test_an_upload_goes_into_the_bucket_and_comes_out_by_ranges(
    scene: Scene, endpoint: str
) -> None:
    browser = Browser(scene, choose_file_store(_settings(endpoint)))

    told = (await browser.upload(samples.picture())).json()

    assert (await browser.ask(told["id"])).content == samples.picture()
    part = await browser.ask(told["id"], range="bytes=1-3")
    assert (part.status_code, part.content) == (206, b"PNG")


async def test_a_store_that_is_away_is_told_and_mended(scene: Scene, endpoint: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = _settings(f"http://127.0.0.1:{nobody.getsockname()[1]}")
        browser = Browser(scene, choose_file_store(away))
        answer = await browser.upload(samples.picture())
        finding = await check_bucket(away)

    assert (answer.status_code, answer.json()["code"]) == (503, "store_unreachable")
    assert not finding.is_good
    assert (await check_bucket(_settings(endpoint))).is_good


async def test_a_bucket_that_is_not_there_is_told(endpoint: str) -> None:
    store = choose_file_store(_settings(endpoint, media_url="s3://elsewhere"))
    with pytest.raises(StoreUnreachable):
        await store.put(b"words")
    assert not (await check_bucket(_settings(endpoint, media_url="s3://elsewhere"))).is_good


def test_the_keys_of_the_environment_are_taken_where_no_others_are_given(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of the environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    settings = _settings(endpoint, media_access_key_id="", media_secret_access_key="")

    asyncio.run(choose_file_store(settings).put(b"words"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"media_url": "https://media.example.org"},
        {"media_url": "s3://"},
        {"media_url": "s3://key:secret@bucket"},
        {"media_endpoint": "store.example.org"},
        {"scan_address": "127.0.0.1:3310"},
        {"scan_address": "tcp://127.0.0.1"},
        {"scan_address": "unix:clamd.ctl"},
        {"upload_limit_bytes": "many"},
        {"upload_limit_bytes": "10"},
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_right_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidSettings):
        read_settings({"HALFMINUTE_CONFIG": ""}, database_url="postgresql://-", **wrong)


def test_keys_come_from_files_and_are_never_shown(tmp_path: Path) -> None:

    (tmp_path / "key").write_text("canary-key\n")
    environment = {
        "HALFMINUTE_CONFIG": "",
        "HALFMINUTE_MEDIA_URL": "s3://media",
        "HALFMINUTE_MEDIA_SECRET_ACCESS_KEY_FILE": str(tmp_path / "key"),
        "HALFMINUTE_MEDIA_ACCESS_KEY_ID": "canary-id",
    }
    configuration = read_configuration(environment)
    assert configuration.find("media_secret_access_key") == "canary-key"
    assert "canary" not in str(configuration.list_effective())
