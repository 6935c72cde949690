"""The fake as a program of its own: it ends when it is told to, and without a word."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.plugins.telegram.conftest import TOKEN
from tests.plugins.telegram.test_fake_state import free_port, wait_for


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def process(port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "halfminute.plugins.telegram.fake", f"--port={port}"]
    with subprocess.Popen(
        [*command, f"--token={TOKEN}", "--open-chats"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


@pytest.fixture
async def http(process: subprocess.Popen[str], port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
        await wait_for(http)
        yield http


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_though_some_wait_for_its_answers(
    process: subprocess.Popen[str], http: httpx.AsyncClient, number: signal.Signals
) -> None:
    delay = {"kind": "delay_sends", "seconds": 60}
    await http.post("/control/bots/123456/faults", json=delay)
    message = {"chat_id": 7, "text": "Hi"}
    waiting = [asyncio.create_task(http.post(f"/bot{TOKEN}/sendMessage", json=message))]
    await asyncio.sleep(0.5)
    waiting += [
        asyncio.create_task(http.get(f"/bot{TOKEN}/getUpdates?timeout=50")),
        asyncio.create_task(http.get("/control/bots/123456/sent?wait_seconds=50&after=9")),
    ]
    await asyncio.sleep(0.5)
    assert not any(task.done() for task in waiting)

    process.send_signal(number)
    _printed, complaints = await asyncio.to_thread(process.communicate, timeout=30)
    await asyncio.gather(*waiting, return_exceptions=True)

    assert process.returncode == 0
    assert complaints == ""


async def test_who_waits_is_answered_at_the_end(
    process: subprocess.Popen[str], http: httpx.AsyncClient
) -> None:
    polling = asyncio.create_task(http.get(f"/bot{TOKEN}/getUpdates?timeout=50"))
    looking = asyncio.create_task(http.get("/control/bots/123456/sent?wait_seconds=50"))
    await asyncio.sleep(0.5)

    process.send_signal(signal.SIGINT)

    assert (await polling).json() == {"ok": True, "result": []}
    assert (await looking).json() == {"items": [], "next": 0}
