"""NATS goes and comes back, and is told apart from what is not NATS."""

from __future__ import annotations

import asyncio
import socket

import pytest
from structlog.testing import capture_logs

from halfminute.kit import nats_wakeups
from halfminute.kit.nats_wakeups import FAULTS, NatsWakeups, measure_round_trip
from halfminute.kit.settings import InvalidSettings, read_settings
from tests.kit.buses import rings, running
from tests.nats import NatsServer

DATABASE = {"HALFMINUTE_DATABASE_URL": "postgresql://localhost/halfminute"}


async def test_a_server_that_was_away_for_a_while_is_found_again(nats_server: NatsServer) -> None:
    with capture_logs() as logs:
        async with (
            running(NatsWakeups(nats_server.url)) as here,
            running(NatsWakeups(nats_server.url)) as there,
        ):
            bell = there.subscribe("outbox")
            nats_server.kill()
            here.wake("outbox")
            assert not await rings(bell, 1.5)
            nats_server.start()
            assert await rings(bell, 5)
            await asyncio.sleep(1)
            bell.ring()
            assert await rings(bell, 1)
            here.wake("outbox")
            assert await rings(bell, 5)
    told = [entry["event"] for entry in logs]
    assert told.count("nats_away") == 2  # once each, not at every try
    assert told.count("nats_connected") == 4


async def test_a_server_that_comes_later_than_we_is_found(nats_server: NatsServer) -> None:
    nats_server.kill()
    wakeups = NatsWakeups(nats_server.url)
    bell = wakeups.subscribe("outbox")
    task = asyncio.create_task(wakeups.run())
    assert not await rings(bell, 1)
    nats_server.start()
    assert await rings(bell, 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_frozen_server_is_given_up(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nats_wakeups, "_PING_SECONDS", 0.1)
    with capture_logs() as logs:
        async with running(NatsWakeups(nats_server.url)):
            nats_server.freeze()
            async with asyncio.timeout(5):
                while not any(entry["event"] == "nats_away" for entry in logs):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)


async def test_any_of_several_servers_will_do(nats_server: NatsServer) -> None:
    url = f"nats://127.0.0.1:1, {nats_server.url}"
    async with running(NatsWakeups(url)) as here, running(NatsWakeups(nats_server.url)) as there:
        bell = there.subscribe("outbox")
        here.wake("outbox")
        assert await rings(bell, 5)


async def test_what_anybody_else_says_there_does_no_harm(nats_server: NatsServer) -> None:
    async with running(NatsWakeups(nats_server.url)) as here:
        bell = here.subscribe("outbox")
        async with nats_wakeups.connection_to([nats_server.url]) as client:
            for noise in (b"", b"\xff\xfe", b",,,", b"x" * 100_000, b"someone,outbox"):
                await client.publish(nats_wakeups.SUBJECT, noise)
            await client.flush()
            assert await rings(bell, 5)


async def test_the_round_trip_is_measured(nats_server: NatsServer) -> None:
    version, seconds = await measure_round_trip(nats_server.url)
    assert version.count(".") == 2
    assert 0 < seconds < 5


async def test_nobody_at_the_port_is_told_as_such() -> None:
    with pytest.raises(OSError, match="Connect"):
        await measure_round_trip("nats://127.0.0.1:1")


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"INFO no json\r\n", b""]
)
async def test_who_does_not_speak_nats_is_not_believed(greeting: bytes) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0, family=socket.AF_INET)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(FAULTS):
            await measure_round_trip(f"nats://127.0.0.1:{port}")


@pytest.mark.parametrize(
    "url", ["localhost:4222", "http://bus:4222", "nats://", "nats://bus:x", ",", "nats://a,ws://b"]
)
def test_an_address_that_cannot_be_one_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(InvalidSettings, match="HALFMINUTE_NATS_URL"):
        read_settings({**DATABASE, "HALFMINUTE_NATS_URL": url})
    with pytest.raises(InvalidSettings, match="HALFMINUTE_NATS_URL"):
        NatsWakeups(url)
