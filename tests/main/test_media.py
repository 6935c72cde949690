"""Files go in and come out of a real web process, and what is left over goes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from halfminute.identity.actions import create_user
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.kit.ids import new_id
from halfminute.main.parts import Parts
from halfminute.main.roles import ROLES
from tests.files import samples
from tests.web_role import serve_role

ORIGIN = "http://desk.example.org"
PASSWORD = "correct horse battery"


class Desk(NamedTuple):
    """A signed-in browser before a web process."""

    parts: Parts
    browser: httpx.AsyncClient


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with serve_role(database_url, tmp_path, public_url=ORIGIN) as parts:
        await create_user(
            parts.log,
            SYSTEM,
            email="o@example.org",
            name="O",
            password=PASSWORD,
            grants=(Grant("agent", "own"),),
        )
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{parts.settings.port}",
            headers={"origin": ORIGIN},
            follow_redirects=True,
            trust_env=False,
        ) as browser:
            signing_in = {"email": "o@example.org", "password": PASSWORD}
            answer = await browser.post("/api/session", json=signing_in)
            assert answer.status_code == 201
            yield Desk(parts, browser)


def _list_media(desk: Desk) -> list[Path]:
    media = desk.parts.settings.data_directory / "media"
    return [found for found in media.rglob("*") if found.is_file()]


async def test_a_large_file_goes_in_and_comes_out_by_ranges(desk: Desk) -> None:
    content = samples.wav(35.0)
    assert len(content) > 3 * 1024 * 1024  # more than other requests may have

    answer = await desk.browser.post(f"/api/files?client_id={new_id()}&name=a.wav", content=content)

    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["kind"], told["duration_seconds"], told["size"]) == ("audio", 35, len(content))
    whole = await desk.browser.get(f"/api/files/{told['id']}")
    assert whole.content == content
    assert whole.url.path.startswith("/media/")
    part = await desk.browser.get(f"/api/files/{told['id']}", headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, content[100:200])
    async with httpx.AsyncClient(trust_env=False) as provider:
        assert (await provider.get(str(whole.url))).content == content
        refused = await provider.get(str(whole.url).replace("/media/", "/api/files/"))
    assert refused.status_code in (401, 404)


async def test_the_page_of_another_origin_hands_in_nothing(desk: Desk) -> None:
    answer = await desk.browser.post(
        f"/api/files?client_id={new_id()}", content=b"x", headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


async def test_a_connection_that_breaks_leaves_nothing(desk: Desk) -> None:
    cookie = f"halfminute_session={desk.browser.cookies['halfminute_session']}"
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.parts.settings.port)
    head = (
        f"POST /api/files?client_id={new_id()} HTTP/1.1\r\nHost: desk\r\nOrigin: {ORIGIN}\r\n"
        f"Cookie: {cookie}\r\nContent-Length: 3000000\r\n\r\n"
    )
    writer.write(head.encode() + bytes(2_000_000))
    await writer.drain()
    writer.close()
    assert await reader.read() == b""

    # Another one goes through, so the broken one was let go of.
    content = samples.picture()
    answer = await desk.browser.post(f"/api/files?client_id={new_id()}", content=content)
    assert answer.status_code == 201
    assert len(_list_media(desk)) == 1


async def test_what_is_left_over_goes_while_maintenance_runs(desk: Desk) -> None:
    answer = await desk.browser.post(f"/api/files?client_id={new_id()}", content=samples.picture())
    file_id = answer.json()["id"]
    tasks = [asyncio.create_task(work) for _, work in ROLES["maintenance"](desk.parts, _never())]
    try:
        async with asyncio.timeout(60):
            while not await _has_thumbnail(desk, file_id):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert len(_list_media(desk)) == 2
        assert (await desk.browser.delete(f"/api/files/{file_id}")).status_code == 204
    finally:
        await _end(tasks)
    tasks = [asyncio.create_task(work) for _, work in ROLES["maintenance"](desk.parts, _never())]
    try:
        async with asyncio.timeout(60):
            while _list_media(desk):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        await _end(tasks)


async def _has_thumbnail(desk: Desk, file_id: str) -> bool:
    answer = await desk.browser.get(f"/api/files/{file_id}/thumbnail")
    return answer.headers["content-type"] == "image/webp"


def _never() -> asyncio.Event:
    return asyncio.Event()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_what_decodes_strangers_bytes_is_not_loaded_beside_our_secrets() -> None:
    code = (
        "import sys, halfminute.main.application\n"
        "sys.exit('PIL' in sys.modules or 'av' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], check=False, env=dict(os.environ))
    assert told.returncode == 0
