"""Nothing that is handed in runs in a browser, brings a process down, or goes beyond a limit."""

from __future__ import annotations

import asyncio
import re
import resource
import unicodedata
from contextlib import suppress
from typing import Any

import httpx
import pytest

from halfminute.files.content import FILMS, PICTURES, SOUNDS, UNLOADED
from halfminute.files.decoding.child import MEMORY_BYTES
from halfminute.files.decoding.decoder import Decoder
from halfminute.files.previewing import PreviewWorker
from tests.files.browser import Browser
from tests.files.payloads import CANARY, GROUPS, Payload

_MAGIC = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
_ACTIVE = re.compile(r"html|svg|xml|script|css|text/|multipart|message|flash|mhtml")
_REFUSALS = {
    400: {"empty_file"},
    413: {"too_large"},
    422: {"unsafe_file", "metadata_not_removable"},
}


@pytest.fixture
def browser(browser: Browser) -> Browser:
    """One person may hand in all of them."""
    browser.allow(a_minute=10_000, unused=10_000)
    return browser


def test_there_are_many_of_them() -> None:
    payloads = [payload for group in GROUPS.values() for payload in group()]
    assert len(payloads) >= 150
    assert len({payload.label for payload in payloads}) == len(payloads)


@pytest.mark.parametrize("group", GROUPS)
async def test_what_is_handed_in_does_no_harm(browser: Browser, group: str) -> None:
    faults = []
    for payload in GROUPS[group]():
        answer = await browser.upload(payload.content, payload.name)
        faults += [f"{payload.label}: {fault}" for fault in _faults_of_answer(answer)]
        if answer.status_code == 201:
            served = await browser.ask(answer.json()["id"])
            faults += [f"{payload.label}: {fault}" for fault in _faults_of_served(served)]
            faults += [f"{payload.label}: {fault}" for fault in _leaks(payload, served)]
    assert faults == []
    assert _largest_child() < MEMORY_BYTES


@pytest.mark.parametrize("group", GROUPS)
async def test_what_a_customer_sends_does_no_harm(browser: Browser, group: str) -> None:
    payloads = {await browser.receive(each.content, each.name): each for each in GROUPS[group]()}

    await _preview_all(browser)

    faults = []
    for file_id, payload in payloads.items():
        served = await browser.ask(file_id)
        faults += [f"{payload.label}: {fault}" for fault in _faults_of_served(served)]
        if served.content != payload.content:
            faults.append(f"{payload.label}: its bytes were changed")
        thumbnail = await browser.client.get(f"/api/files/{file_id}/thumbnail")
        if thumbnail.status_code != 404:
            faults += [f"{payload.label}: {fault}" for fault in _faults_of_served(thumbnail)]
            if CANARY.encode() in thumbnail.content or len(thumbnail.content) > 300_000:
                faults.append(f"{payload.label}: its thumbnail is no thumbnail")
    assert faults == []
    assert _largest_child() < MEMORY_BYTES


def _faults_of_answer(answer: httpx.Response) -> list[str]:
    told: Any = answer.json()
    if answer.status_code == 201:
        name = told["name"]
        return [f"is called {name!r}"] if _is_unfit(name) else []
    if told["code"] not in _REFUSALS.get(answer.status_code, set()):
        return [f"{answer.status_code} {answer.text}"]
    return []


def _is_unfit(name: str) -> bool:
    return (
        len(name) > 200
        or name in (".", "..")
        or any(each in '/\\<>:"|?*' for each in name)
        or any(unicodedata.category(each)[0] == "C" for each in name)
    )


def _faults_of_served(served: httpx.Response) -> list[str]:
    headers = served.headers
    media_type = headers["content-type"]
    is_inline = headers.get("content-disposition", "").startswith("inline")
    faults = []
    if served.status_code != 200:
        faults.append(f"answered with {served.status_code}")
    if _ACTIVE.search(media_type):
        faults.append(f"served as {media_type}")
    if is_inline and media_type not in PICTURES | SOUNDS | FILMS:
        faults.append(f"shown as {media_type}")
    if is_inline and not served.content.startswith(_MAGIC.get(media_type, b"")):
        faults.append(f"shown as {media_type} and is none")
    if headers["x-content-type-options"] != "nosniff":
        faults.append("may be guessed at")
    if not headers["content-security-policy"].startswith("sandbox; default-src 'none'"):
        faults.append("is not in a sandbox")
    if "set-cookie" in headers or "\n" in headers.get("content-disposition", ""):
        faults.append("writes headers")
    return faults


def _leaks(payload: Payload, served: httpx.Response) -> list[str]:
    """In a picture or film that we clean and send on, nothing but what is shown is left."""
    is_cleaned = served.headers["content-type"] in PICTURES | UNLOADED
    if is_cleaned and CANARY.encode() in served.content:
        return ["carries its luggage on"]
    return [] if is_cleaned or served.content == payload.content else ["was changed"]


async def _preview_all(browser: Browser) -> None:
    worker = PreviewWorker(browser.scene.log, browser.store, Decoder())
    task = asyncio.create_task(worker.run())
    waiting = "select count(*) as n from files where preview_due_at is not null"
    try:
        async with asyncio.timeout(600):
            while (await browser.scene.row(waiting))["n"]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _largest_child() -> int:
    """In bytes, of all children of this process that have ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
