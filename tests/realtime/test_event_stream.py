"""The stream of server-sent events tells a contact what a socket would."""

from __future__ import annotations

import asyncio
import contextlib

import httpx
import pytest

from halfminute.identity.tokens import revoke_token
from halfminute.kit.event_log import stream_name
from halfminute.kit.ids import new_id
from halfminute.realtime import STREAM_PATH
from tests.realtime.conftest import ADDRESS_CONNECTIONS, Stage, StreamedScreen


class Contact:
    """The contact in a conversation of their own."""

    def __init__(self, stage: Stage) -> None:
        self.id = new_id()
        self.stream = stream_name("conversation", self.id)
        self.token = stage.tokens.issue_conversation_token(self.id, "Contact")


@pytest.fixture
async def contact(stage: Stage) -> Contact:
    return Contact(stage)


async def _tell(stage: Stage, contact: Contact, count: int = 1, size: int = 1) -> None:
    """Events that a contact may see, of so many bytes."""
    async with stage.log.write() as unit:
        for _ in range(count):
            unit.record("ReplyQueued", {"revision": "x" * size}, contact.stream)


async def test_a_stream_tells_what_was_missed_and_what_comes(
    stage: Stage, contact: Contact
) -> None:
    await _tell(stage, contact, 3)
    async with stage.stream(contact.token, after=1) as screen:
        assert screen.answer.headers["content-type"].startswith("text/event-stream")
        assert screen.answer.headers["x-accel-buffering"] == "no"
        assert (await screen.next_of("welcome"))["heartbeat_seconds"] == 25
        missed = [(await screen.next_of("event"))["seq"] for _ in range(2)]
        assert (await screen.next_of("subscribed"))["seq"] == 3
        await _tell(stage, contact)
        live = await screen.next_of("event")
    assert missed == [2, 3]
    assert (live["seq"], live["data"]) == (4, {"revision": "x"})


async def test_a_seq_from_another_time_is_refused_as_on_a_socket(
    stage: Stage, contact: Contact
) -> None:
    async with stage.stream(contact.token, after=7) as screen:
        assert (await screen.next_of("refused"))["code"] == "unknown_seq"


async def test_a_ticket_opens_one_stream(stage: Stage, contact: Contact) -> None:
    ticket = stage.tokens.issue_ticket(contact.id)
    async with stage.stream(ticket) as first:
        await first.next_of("subscribed")
        async with stage.stream(ticket) as second:
            assert second.answer.status_code == 401


async def test_who_shows_nothing_or_comes_from_another_site_is_refused(
    stage: Stage, contact: Contact
) -> None:
    cases: tuple[tuple[str, dict[str, str], int], ...] = (
        ("none", {"authorization": "Basic x"}, 401),
        ("forged", {}, 401),
        ("e" * 9000, {}, 401),
        (contact.token, {"origin": "https://evil.test"}, 403),
        (contact.token, {"sec-fetch-site": "cross-site"}, 403),
    )
    for token, headers, status in cases:
        async with stage.stream(token, 0, **headers) as screen:
            assert screen.answer.status_code == status, (token[:10], headers)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=%D9%A3", "after=" + "9" * 400])
async def test_a_seq_that_is_none_is_refused(stage: Stage, contact: Contact, query: str) -> None:
    url = f"http://127.0.0.1:{stage.served.port}{STREAM_PATH}?{query}"
    headers = {"authorization": f"Bearer {contact.token}"}
    async with httpx.AsyncClient() as client:
        assert (await client.get(url, headers=headers)).status_code == 400
        assert (await client.post(url, headers=headers)).status_code == 400


async def test_a_stream_ends_with_the_token_and_says_so(stage: Stage, contact: Contact) -> None:
    async with stage.stream(contact.token) as screen:
        await screen.next_of("subscribed")
        async with stage.log.write() as unit:
            await revoke_token(unit, stage.tokens.read_conversation_token(contact.token))
        assert await screen.close_code() == 4401


async def test_a_server_that_ends_tells_its_streams(stage: Stage, contact: Contact) -> None:
    async with stage.stream(contact.token) as screen:
        await screen.next_of("subscribed")
        stage.end()
        stage.hub.stop()
        assert await screen.close_code() == 1012
        await stage.served.task


async def test_a_stream_that_is_not_read_is_cut_and_others_hear_at_once(
    stage: Stage, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halfminute.realtime.heartbeats.CONTACT_HEARTBEAT_SECONDS", 0.5)
    monkeypatch.setattr("halfminute.realtime.heartbeats._STALLED_SECONDS", 0.5)
    monkeypatch.setattr("halfminute.realtime.sockets._CLOSE_SECONDS", 0.5)
    other = Contact(stage)
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.served.port, limit=1024)
    head = f"GET {STREAM_PATH}?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
    writer.write(f"{head}{contact.token}\r\n\r\n".encode())
    await reader.readuntil(b"subscribed")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    async with stage.stream(other.token) as quick, asyncio.timeout(30):
        await quick.next_of("subscribed")
        while len(stage.hub._sockets) == 2:
            await _tell(stage, contact, 20, 20_000)
            await _tell(stage, other)
            assert await quick.next_of("event", seconds=2)
            await asyncio.sleep(0.02)
    writer.transport.abort()


async def test_what_a_stream_held_is_let_go_when_its_client_goes(
    stage: Stage, contact: Contact
) -> None:
    for _ in range(3):
        async with stage.stream(contact.token) as screen:
            await screen.next_of("subscribed")
    async with asyncio.timeout(5):
        while stage.hub._sockets:  # noqa: ASYNC110  the server tells nobody that it noticed
            await asyncio.sleep(0.01)
    assert not list(stage.hub._watchers.all())


async def test_one_contact_holds_so_many_connections_of_both_kinds_and_no_more(
    stage: Stage, contact: Contact
) -> None:
    # A stream whose reader is forgotten would be closed.
    streams: list[StreamedScreen] = []
    async with contextlib.AsyncExitStack() as held:
        for number in range(12):
            if number % 2:
                socket = await held.enter_async_context(stage.connect())
                await socket.authenticate(contact.token)
                await socket.next_of("welcome")
            else:
                streams.append(await held.enter_async_context(stage.stream(contact.token)))
                await streams[-1].next_of("welcome")
        async with stage.connect() as thirteenth:
            await thirteenth.authenticate(contact.token)
            assert await thirteenth.close_code() == 4429
        async with stage.stream(contact.token) as refused:
            assert refused.answer.status_code == 429
            assert refused.answer.headers["retry-after"] == "10"
        async with stage.stream(Contact(stage).token) as other:
            await other.next_of("subscribed")
    async with asyncio.timeout(5):
        while stage.hub._sockets:  # noqa: ASYNC110  the server tells nobody that it noticed
            await asyncio.sleep(0.01)
    async with stage.stream(contact.token) as again:
        await again.next_of("subscribed")


async def test_one_address_holds_so_many_and_agents_are_not_counted(stage: Stage) -> None:
    await stage.hire()
    cookie = await stage.sign_in()
    async with contextlib.AsyncExitStack() as held:
        for _ in range(ADDRESS_CONNECTIONS):
            # They need not even say who they are.
            await held.enter_async_context(stage.connect())
        async with stage.connect() as one_more:
            assert await one_more.close_code() == 4429
        async with stage.stream(Contact(stage).token) as stream:
            assert stream.answer.status_code == 429
        async with stage.connect(cookie) as agent:
            assert (await agent.next())["type"] == "welcome"
