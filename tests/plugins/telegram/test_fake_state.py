"""The fake's pace, its memory over kills, and its word to tests."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from halfminute.plugins.telegram.fake.journal import Journal
from halfminute.plugins.telegram.fake.limits import LimitOptions, Limits
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.refusals import Refusal
from halfminute.plugins.telegram.fake.server import run_fake
from tests.plugins.telegram.conftest import TOKEN, Control


def test_a_chat_bears_a_burst_and_then_one_a_second() -> None:
    limits = Limits(LimitOptions(chat_burst=3))
    for _ in range(3):
        limits.take(1, 7, now=100.0)

    with pytest.raises(Refusal) as caught:
        limits.take(1, 7, now=100.0)
    assert (caught.value.status, caught.value.parameters) == (429, {"retry_after": 1})

    limits.take(1, 8, now=100.5)
    with pytest.raises(Refusal):
        limits.take(1, 7, now=100.9)
    limits.take(1, 7, now=101.1)


def test_a_bot_bears_thirty_and_the_order_to_wait_holds() -> None:
    limits = Limits(LimitOptions())
    for chat in range(30):
        limits.take(1, chat, now=100.0)

    for moment in (100.0, 100.5, 100.99):
        with pytest.raises(Refusal):
            limits.take(1, 99, now=moment)
    limits.take(2, 99, now=100.0)
    limits.take(1, 99, now=101.0)


async def test_the_wait_is_told_over_http() -> None:
    options = Options(tokens=(TOKEN,), limits=LimitOptions(chat_burst=1), are_chats_open=True)
    async with run_fake(options) as fake, httpx.AsyncClient(base_url=fake.url) as http:
        message = {"chat_id": 5, "text": "a"}
        first = await http.post(f"/bot{TOKEN}/sendMessage", json=message)
        second = await http.post(f"/bot{TOKEN}/sendMessage", json=message)

    assert first.status_code == 200
    assert second.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }


async def test_a_killed_fake_remembers_what_was_written_and_sent(tmp_path: Path) -> None:
    state = tmp_path / "telegram.state"
    first, port = start_process(state)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
        await wait_for(http)
        await http.post("/control/subscribers", json={"id": 7, "first_name": "Анна"})
        await http.post("/control/bots/123456/chats/7/text", json={"text": "раз"})
        await http.post("/control/bots/123456/chats/7/sticker", json={})
        await http.post(f"/bot{TOKEN}/sendMessage", json={"chat_id": 7, "text": "ответ"})
        before = (await http.get(f"/bot{TOKEN}/getUpdates")).json()
        first.send_signal(signal.SIGKILL)
        first.wait()

        second, _ = start_process(state, port)
        await wait_for(http)
        after = (await http.get(f"/bot{TOKEN}/getUpdates")).json()
        sent = (await http.get("/control/bots/123456/sent")).json()["items"]
        next_one = await http.post(f"/bot{TOKEN}/sendMessage", json={"chat_id": 7, "text": "ещё"})
        second.terminate()
        second.wait(10)

    assert len(before["result"]) == 2
    assert after == before
    assert [each["text"] for each in sent] == ["ответ"]
    assert next_one.json()["result"]["message_id"] == sent[0]["message_id"] + 1


async def test_a_fake_without_memory_counts_on_from_where_the_last_one_could_have_been() -> None:
    numbers = []
    for _ in range(2):
        async with run_fake(Options(tokens=(TOKEN,))) as fake:
            numbers.append(fake.parts.world.bots[123456].last_update_id)
            await asyncio.sleep(0.2)

    assert numbers[0] < numbers[1] < 2**31


def test_a_line_cut_by_a_kill_never_happened(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(
        b'{"fact":"SubscriberMade","user_id":7,"first_name":"A"}\n{"fact":"SubscriberMa'
    )

    facts = list(Journal(path).read())

    assert len(facts) == 1
    assert path.read_bytes().endswith(b"}\n")


async def test_a_test_can_wait_for_the_next_message(
    http: httpx.AsyncClient, control: Control
) -> None:
    waiting = asyncio.create_task(control.get("chats/7/messages?wait_seconds=5"))
    anywhere = asyncio.create_task(control.get("sent?wait_seconds=5"))
    await asyncio.sleep(0.1)
    await http.post(f"/bot{TOKEN}/sendMessage", json={"chat_id": 7, "text": "ответ"})

    page = await waiting

    assert [each["text"] for each in page["items"]] == ["ответ"]
    assert await anywhere == {"items": page["items"], "next": 1}
    assert (await control.get(f"chats/7/messages?after={page['next']}"))["items"] == []


async def test_deeds_of_nobody_are_refused(http: httpx.AsyncClient, control: Control) -> None:
    answers = [
        await http.post("/control/bots/123456/chats/404/text", json={"text": "a"}),
        await http.post("/control/bots/404/chats/7/text", json={"text": "a"}),
        await http.post("/control/bots/123456/chats/7/edit", json={"message_id": 9, "text": "a"}),
        await http.post("/control/bots/123456/chats/7/text", json={"txet": "a"}),
        await http.post("/control/bots", json={"token": TOKEN}),
    ]

    assert [each.status_code for each in answers] == [404, 404, 404, 400, 409]


def start_process(state: Path, port: int = 0) -> tuple[subprocess.Popen[bytes], int]:
    if not port:
        port = free_port()
    command = [sys.executable, "-m", "halfminute.plugins.telegram.fake", f"--port={port}"]
    return subprocess.Popen(
        [*command, f"--token={TOKEN}", f"--state={state}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ), port


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def wait_for(http: httpx.AsyncClient) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            (await http.get("/control/health")).raise_for_status()
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return
    raise TimeoutError("the fake did not start")
