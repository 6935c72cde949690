"""What could not be fetched is fetched once more when somebody asks for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from halfminute.channels.fetching import ProviderFiles
from halfminute.files.fetching import FileFetcher
from halfminute.sdk.errors import FileExpired, FileTooLarge, ProviderError
from halfminute.sdk.model import MediaPart
from tests.files import samples
from tests.files.browser import Browser
from tests.plain_channel import message


async def _send(browser: Browser) -> str:
    part = MediaPart(kind="image", file_state="pending", source={"file": "cat"})
    await browser.scene.tell(message(parts=(part,)))
    return str((await browser.scene.row("select id from files"))["id"])


async def _fetch_until(browser: Browser, state: str) -> None:
    scene = browser.scene
    fetch = ProviderFiles(scene.book, scene.clients).fetch
    task = asyncio.create_task(FileFetcher(scene.log, browser.store, fetch).run())
    try:
        async with asyncio.timeout(30):
            while (await scene.row("select state from files"))["state"] != state:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    ("failure", "state"),
    [(FileExpired(), "expired"), (ProviderError("no", is_retryable=False), "failed")],
)
async def test_a_file_that_failed_or_expired_is_fetched_when_a_reader_asks(
    browser: Browser, failure: Exception, state: str
) -> None:
    browser.scene.channel.failures = [failure]
    file_id = await _send(browser)
    await _fetch_until(browser, state)
    browser.scene.channel.files["cat"] = samples.picture()

    answers = [await browser.client.post(f"/api/files/{file_id}/retry") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["state"] for answer in answers] == ["pending", "pending"]
    assert (await browser.scene.events())[-2:] == ["FileFailed", "FileRetried"]
    await _fetch_until(browser, "ready")
    assert (await browser.ask(file_id)).content == samples.picture()
    again = await browser.client.post(f"/api/files/{file_id}/retry")
    assert (again.status_code, again.json()["state"]) == (200, "ready")


async def test_who_may_not_read_the_conversation_has_nothing_fetched(browser: Browser) -> None:
    file_id = await _send(browser)
    await browser.scene.execute("update files set state = 'failed'")
    browser.principal = browser.stranger

    answer = await browser.client.post(f"/api/files/{file_id}/retry")

    assert answer.status_code == 404
    assert (await browser.scene.row("select state from files"))["state"] == "failed"


async def test_what_is_too_large_stays_so(browser: Browser) -> None:
    browser.scene.channel.failures = [FileTooLarge()]
    file_id = await _send(browser)
    await _fetch_until(browser, "too_large")

    answer = await browser.client.post(f"/api/files/{file_id}/retry")

    assert (answer.status_code, answer.json()["code"]) == (409, "file_not_retryable")
    assert answer.json()["fields"] == {"state": "too_large"}


async def test_many_who_ask_at_once_have_it_fetched_once(browser: Browser) -> None:
    file_id = await _send(browser)
    await browser.scene.execute("update files set state = 'failed', attempts = 8")
    browser.scene.channel.files["cat"] = samples.picture()

    answers = await asyncio.gather(
        *(browser.client.post(f"/api/files/{file_id}/retry") for _ in range(5))
    )
    await _fetch_until(browser, "ready")

    assert {answer.status_code for answer in answers} == {200}
    assert len(browser.scene.channel.fetched) == 1
    assert (await browser.scene.events()).count("FileRetried") == 1
