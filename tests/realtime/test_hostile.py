"""Clients that send nonsense, too much or too fast, or do not read; and a database that goes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
import websockets

from halfminute.identity.principals import SYSTEM
from halfminute.kit.event_log import stream_name
from halfminute.kit.ids import new_id
from halfminute.realtime.protocol import error_frame
from halfminute.realtime.sockets import Socket
from tests.postgres import PostgresServer
from tests.realtime.conftest import Stage

NONSENSE: list[str | bytes] = [
    "",
    "null",
    "[]",
    "{",
    "{}",
    '{"type":"shutdown"}',
    '{"type":["subscribe"]}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","stream":"queue:x"}',
    '{"type":"subscribe","stream":null,"after":0}',
    '{"type":"subscribe","stream":"queue:x","after":-1}',
    '{"type":"subscribe","stream":"queue:x","after":1e400}',
    '{"type":"subscribe","stream":"queue:x","after":99999999999999999999999}',
    '{"type":"subscribe","stream":"queue:x","after":"0 or 1=1"}',
    '{"type":"subscribe","stream":"' + "q" * 101 + '","after":0}',
    '{"type":"unsubscribe","stream":7}',
    "[" * 20_000,
    '{"a":' * 5_000,
    "\x00",
    "\ud7ff\U0001f600",
    b"\x00\x01",
    b'{"type":"heartbeat"}',
]


@pytest.fixture
async def cookie(stage: Stage) -> str:
    await stage.hire()
    return await stage.sign_in()


async def test_nonsense_is_answered_and_harms_nobody(stage: Stage, cookie: str) -> None:
    stream = stream_name("queue", new_id())
    await stage.record(stream)
    async with stage.connect(cookie) as screen:
        await screen.next()
        for nonsense in NONSENSE:
            await screen.connection.send(nonsense)
            answer = await screen.next_of("error", "subscribed", "refused")
            assert answer == {"type": "error", "code": "invalid_frame"}, nonsense[:60]
        await screen.subscribe(stream)
        assert (await screen.next_of("event"))["seq"] == 1


async def test_text_that_is_no_utf_8_ends_the_socket(stage: Stage, cookie: str) -> None:
    async with stage.connect(cookie) as screen:
        await screen.next()
        await screen.connection.send(b"\xff\xfe", text=True)
        assert await screen.close_code() == 1007


async def test_a_frame_above_the_limit_ends_the_socket(stage: Stage, cookie: str) -> None:
    for text, code in (("x" * 65_537, 4413), ("ж" * 32_769, 4413), ("x" * 200_000, 1009)):
        async with stage.connect(cookie) as screen:
            await screen.next()
            await screen.connection.send(text)
            assert await screen.close_code() == code


async def test_a_frame_at_the_limit_is_read(stage: Stage, cookie: str) -> None:
    async with stage.connect(cookie) as screen:
        await screen.connection.send('{"type":"heartbeat"' + " " * (65_536 - 20) + "}")
        assert (await screen.next_of("error", "heartbeat"))["type"] == "heartbeat"


async def test_a_contact_that_floods_is_shut_out(stage: Stage) -> None:
    token = stage.tokens.issue_conversation_token(new_id(), "Contact")
    async with stage.connect() as screen:
        await screen.authenticate(token)
        with contextlib.suppress(websockets.ConnectionClosed):
            for _ in range(60):
                await screen.send(type="heartbeat")
        assert await screen.close_code() == 4429


async def test_too_many_streams_are_refused(
    stage: Stage, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halfminute.realtime.hub._MOST_SUBSCRIPTIONS", {"user": 2})
    async with stage.connect(cookie) as screen:
        for _ in range(3):
            await screen.subscribe(stream_name("queue", new_id()))
        assert (await screen.next_of("refused"))["code"] == "too_many_subscriptions"


async def test_a_screen_that_does_not_read_is_closed_and_resumes_whole(
    stage: Stage, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More is told than the buffers of both machines hold; nothing of it is left out."""
    monkeypatch.setattr("halfminute.realtime.heartbeats._STALLED_SECONDS", 0.5)
    stream = stream_name("queue", new_id())
    seqs: list[int] = []
    async with stage.connect(cookie, max_queue=1) as screen:
        await screen.subscribe(stream)
        await screen.next_of("subscribed")
        screen.connection.transport.pause_reading()
        (socket,) = stage.hub._sockets
        while not socket.is_closing:
            await _tell_much(stage, stream)
        screen.connection.transport.resume_reading()
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                frame = await screen.next()
                if frame["type"] == "event":
                    seqs.append(frame["seq"])
        assert screen.connection.close_code == 4409
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream, after=seqs[-1])
        while (frame := await screen.next_of("event", "subscribed"))["type"] == "event":
            seqs.append(frame["seq"])
    assert seqs == list(range(1, frame["seq"] + 1))


async def _tell_much(stage: Stage, stream: str) -> None:
    async with stage.log.write() as unit:
        for _ in range(20):
            unit.record("Told", {"padding": "x" * 20_000}, stream)
    await asyncio.sleep(0.02)


async def test_a_screen_that_never_reads_again_is_cut(
    stage: Stage, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halfminute.realtime.heartbeats._STALLED_SECONDS", 0.3)
    monkeypatch.setattr("halfminute.realtime.sockets._CLOSE_SECONDS", 0.3)
    stream = stream_name("queue", new_id())
    async with stage.connect(cookie, max_queue=1, close_timeout=0.1) as screen:
        await screen.subscribe(stream)
        await screen.next_of("subscribed")
        screen.connection.transport.pause_reading()
        async with asyncio.timeout(20):
            while stage.hub._sockets:
                await _tell_much(stage, stream)
        screen.connection.transport.abort()


async def test_a_slow_screen_does_not_hold_up_another(stage: Stage, cookie: str) -> None:
    stream = stream_name("queue", new_id())
    async with stage.connect(cookie, max_queue=1) as slow, stage.connect(cookie) as quick:
        for screen in (slow, quick):
            await screen.subscribe(stream)
            await screen.next_of("subscribed")
        slow.connection.transport.pause_reading()
        for number in range(1, 6):
            await _tell_much(stage, stream)
            seqs = [(await quick.next_of("event"))["seq"] for _ in range(20)]
            assert seqs == list(range(number * 20 - 19, number * 20 + 1))
        slow.connection.transport.abort()


async def test_a_burst_of_more_than_the_buffer_holds_reaches_who_reads(
    stage: Stage, cookie: str
) -> None:
    stream = stream_name("queue", new_id())
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        await screen.next_of("subscribed")
        async with stage.log.write() as unit:
            for _ in range(150):
                unit.record("Told", {"padding": "x" * 20_000}, stream)
        events = await screen.events(150)
    assert [event["seq"] for event in events] == list(range(1, 151))


async def test_a_long_replay_to_a_slow_screen_waits_for_it(stage: Stage, cookie: str) -> None:
    stream = stream_name("queue", new_id())
    for _ in range(15):
        await _tell_much(stage, stream)
    async with stage.connect(cookie, max_queue=1) as screen:
        await screen.subscribe(stream)
        await asyncio.sleep(0.5)
        events = await screen.events(300)
        assert [event["seq"] for event in events] == list(range(1, 301))
        assert (await screen.next_of("subscribed"))["seq"] == 300


async def test_screens_outlive_a_database_that_goes_and_comes_back(
    stage: Stage, cookie: str, postgres_server: PostgresServer
) -> None:
    stream = stream_name("queue", new_id())
    async with stage.connect(cookie) as screen:
        await screen.subscribe(stream)
        await screen.next_of("subscribed")
        async with _no_database(stage, postgres_server):
            while (await screen.next_of("heartbeat", seconds=15))["is_live"]:
                pass
            await screen.subscribe(stream_name("queue", new_id()))
        await stage.record(stream)
        both = [await screen.next_of("event", "subscribed", seconds=15) for _ in range(2)]
        assert {frame["type"]: frame["seq"] for frame in both} == {"event": 1, "subscribed": 0}
        while not (await screen.next_of("heartbeat", seconds=15))["is_live"]:
            pass


class _no_database:  # noqa: N801  reads as what it is
    """Nobody may connect, and who is connected is thrown out."""

    def __init__(self, stage: Stage, server: PostgresServer) -> None:
        self._dsn = server.dsn
        self._name = urlsplit(stage.database.url).path.removeprefix("/")

    async def __aenter__(self) -> None:
        await self._order(f"alter database {self._name} with allow_connections false")
        await self._order(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", self._name
        )

    async def __aexit__(self, *_exception: object) -> None:
        await self._order(f"alter database {self._name} with allow_connections true")

    async def _order(self, statement: str, *arguments: str) -> None:
        connection = await asyncpg.connect(self._dsn)
        try:
            await connection.execute(statement, *arguments)
        finally:
            await connection.close()


async def test_a_server_that_ends_tells_its_screens_and_ends_at_once(
    stage: Stage, cookie: str
) -> None:
    async with stage.connect(cookie) as screen:
        await screen.next()
        started = time.monotonic()
        stage.end()
        assert await screen.close_code() == 1012
        await stage.served.task
    assert time.monotonic() - started < 3


async def test_what_a_socket_held_is_let_go_when_it_ends(stage: Stage, cookie: str) -> None:
    stream = stream_name("queue", new_id())
    for _ in range(5):
        async with stage.connect(cookie) as screen:
            await screen.subscribe(stream)
            await screen.next_of("subscribed")
    async with asyncio.timeout(5):
        while stage.hub._sockets:  # noqa: ASYNC110  the server tells nobody that it noticed
            await asyncio.sleep(0.01)
    assert not list(stage.hub._watchers.all())
    tasks = {task.get_coro().__qualname__ for task in asyncio.all_tasks()}  # type: ignore[union-attr]
    assert not [name for name in tasks if "Socket" in name or "endpoint" in name.lower()]


async def test_a_send_that_fails_ends_the_sending() -> None:
    async def send(_message: Any) -> None:
        raise OSError("gone")

    socket = Socket(send, SYSTEM, most_bytes=1000, most_frames=10)
    socket.push(error_frame("x"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert socket.is_gone
    assert not socket.is_sending
    socket.close(4401)
    socket.end()
