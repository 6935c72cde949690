"""Whoever calls during an upgrade is told to come again, and nothing of it is taken in."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress

import httpx
import pytest

from halfminute.main.upgrade.closed_door import closed_door
from tests.main.cli.running import free_port


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/health", b""),
        ("GET", "/", b""),
        ("POST", "/hooks/telegram/1", b'{"update_id": 1}'),
        ("POST", "/hooks/telegram/1", bytes(3_000_000)),
    ],
)
async def test_it_says_when_to_come_again(method: str, path: str, body: bytes) -> None:
    port = free_port()
    async with closed_door("127.0.0.1", port), httpx.AsyncClient(trust_env=False) as client:
        answer = await client.request(method, f"http://127.0.0.1:{port}{path}", content=body)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["code"] == "upgrading"


async def test_many_and_the_wordless_do_not_keep_it_open() -> None:
    port = free_port()
    async with (
        AsyncExitStack() as stack,
        closed_door("127.0.0.1", port),
        httpx.AsyncClient(trust_env=False) as client,
    ):
        for _ in range(20):
            stack.push_async_callback(
                _hang_up, (await asyncio.open_connection("127.0.0.1", port))[1]
            )
        wrong, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\xff" * 200_000)
        writer.write_eof()
        with suppress(ConnectionResetError):
            assert await wrong.read() == b""
        stack.push_async_callback(_hang_up, writer)

        answers = await asyncio.gather(
            *(client.post(f"http://127.0.0.1:{port}/hooks/x", content=b"{}") for _ in range(50))
        )
    assert {answer.status_code for answer in answers} == {503}


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
