"""Whatever is sent to web chat, it answers, tells nobody's words to another, and others chat on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
import websockets
from structlog.testing import capture_logs

from halfminute.webchat.errors import TooManyMessages, TooManyTickets, TooManyVisits
from halfminute.webchat.limits import Limit
from tests.webchat.conftest import PATIENCE_SECONDS, Browser, House
from tests.webchat.hostile import Attack, Place, list_attacks

SECRET: Final = "my card ends in 4417"
_ANSWERS_WITHIN_SECONDS: Final = 10.0
_AT_ONCE: Final = 8
# A page of another origin may read nothing, and nobody writes lines of an answer.
_NO_LINES: Final = (b"access-control-allow-origin", b"set-cookie", b"x: y")


@pytest.fixture
def unlimited(house: House) -> None:
    """As many senders at as many addresses would be; the limits have plays of their own."""
    house.parts.visitor_limits.messages = Limit(1e6, 10**6, TooManyMessages)
    house.parts.visitor_limits.visits = Limit(1e6, 10**6, TooManyVisits)
    house.parts.visitor_limits.tickets = Limit(1e6, 10**6, TooManyTickets)


class Victim:
    """A visitor who goes on to chat, and notes how it went."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.said: list[str] = []
        self.is_done = False

    async def chat(self) -> None:
        """Until it is done: say, and see that it stands there, last and once."""
        while not self.is_done:
            words = f"{SECRET}, {len(self.said)}"
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.browser.say(words)
                self.said.append(words)
                assert (await self.browser.texts())[-1] == words
            await asyncio.sleep(0.2)


@asynccontextmanager
async def _chatting(victim: Victim) -> AsyncIterator[None]:
    """All the while; what went wrong for them is raised at the end."""
    task = asyncio.create_task(victim.chat())
    try:
        yield
    finally:
        victim.is_done = True
        await task


async def _open_place(house: House, victim: Browser, attacker: Browser) -> Place:
    said = await victim.say(SECRET)
    other = await house.open_browser(await house.add_widget())
    ended = await house.begin()
    assert (await ended.ask("DELETE", "/visit")).status_code == 204
    return Place(
        host=house.url.removeprefix("http://"),
        widget=house.widget_id,
        other_widget=other.widget_id,
        token=attacker.token,
        other_widgets_token=(await other.begin()).token,
        ended_token=ended.token,
        victims_token=victim.token,
        victims_message=said["message"]["id"],
    )


async def _send(house: House, attack: Attack) -> bytes:
    """All that comes back on a connection of its own; nothing, when it is hung up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.parts.settings.port)
    try:
        with suppress(ConnectionError):
            writer.write(attack.request)
            await writer.drain()
        if writer.can_write_eof():
            with suppress(OSError):
                writer.write_eof()
        with suppress(ConnectionError):
            async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
                return await reader.read()
        return b""
    finally:
        writer.close()


def _statuses(answer: bytes) -> list[int]:
    """Of all answers on the connection: a body of ours has no such line."""
    lines = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    return [int(line.split(b" ")[1]) for line in lines]


def _find_faults(attack: Attack, answer: bytes) -> list[str]:
    faults = [str(each) for each in _statuses(answer) if each not in attack.allowed | {100, 101}]
    if answer and not _statuses(answer):
        faults.append(f"answered with {answer[:60]!r}")
    if SECRET.encode() in answer:
        faults.append("told another's words")
    head = answer.lower().partition(b"\r\n\r\n")[0]
    faults += [f"has {line!r}" for line in _NO_LINES if line in head]
    return [f"{attack.label}: {fault}" for fault in faults]


async def test_of_more_than_a_thousand_attacks_none_breaks_in_or_down(
    house: House, unlimited: None
) -> None:
    victim, attacker = Victim(await house.begin()), await house.begin()
    place = await _open_place(house, victim.browser, attacker)
    attacks = list(list_attacks(place))
    assert len(attacks) >= 1000
    faults: list[str] = []
    free = asyncio.Semaphore(_AT_ONCE)

    async def attempt(attack: Attack) -> None:
        async with free:
            try:
                faults.extend(_find_faults(attack, await _send(house, attack)))
            except TimeoutError:
                faults.append(f"{attack.label}: no answer")

    with capture_logs() as logs:
        async with _chatting(victim):
            await asyncio.gather(*map(attempt, attacks))

    assert not faults, "\n".join(faults)
    # Nor may a stranger fill the log with tracebacks, or with what others wrote.
    assert [line for line in logs if line["log_level"] in ("error", "critical")] == []
    assert SECRET not in str(logs)
    assert len(victim.said) > 3
    assert await victim.browser.texts() == [SECRET, *victim.said][-50:]
    own = await attacker.texts()
    assert own
    assert not any(SECRET in words for words in own)


@pytest.mark.parametrize("planted", ["status", "words", "silence", "header"])
def test_the_watch_finds_what_is_planted(planted: str) -> None:
    attack = Attack("x", b"", frozenset({200}))
    head = b"HTTP/1.1 200 OK\r\n"
    answers = {
        "status": b"HTTP/1.1 500 Oh\r\n\r\n",
        "words": head + b"\r\n" + SECRET.encode(),
        "silence": b"a shell",
        "header": head + b"Access-Control-Allow-Origin: *\r\n\r\n",
    }
    assert len(_find_faults(attack, answers[planted])) == 1
    assert _find_faults(attack, head + b"\r\n{}") == []
    assert _find_faults(attack, head + b"\r\n{}HTTP/1.1 200 OK\r\n\r\n") == []


async def test_who_floods_is_held_back_and_nobody_else(house: House) -> None:
    victim, flooder = Victim(await house.begin()), await house.begin()
    statuses: list[int] = []

    async def flood() -> None:
        for _ in range(40):
            body = {"client_id": str(uuid4()), "text": "x"}
            statuses.append((await flooder.ask("POST", "/messages", body)).status_code)

    async with _chatting(victim):
        await asyncio.gather(*(flood() for _ in range(5)))

    assert set(statuses) == {200, 429}
    assert statuses.count(200) < 60
    assert victim.said


async def test_one_place_that_begins_visits_without_end_is_held_back(house: House) -> None:
    browser = await house.open_browser()
    answers: list[httpx.Response] = []
    while len(answers) < 400 and (not answers or answers[-1].status_code == 201):
        answers += await asyncio.gather(*(browser.ask("POST", "/visits") for _ in range(20)))
    refused = [answer for answer in answers if answer.status_code != 201]
    assert {answer.json()["code"] for answer in refused} == {"too_many_visits"}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)


_FRAMES: Final = (
    *("", "x", "{", "null", "[]", "1", '"x"', '{"type":1}', '{"type":null}', '{"type":"x"}'),
    *('{"type":"subscribe"}', '{"type":"subscribe","stream":1,"after":0}'),
    *('{"type":"subscribe","stream":"x","after":0}', '{"type":"subscribe","stream":"","after":0}'),
    *('{"type":"authenticate","token":"x"}', '{"type":"authenticate"}', '{"type":"unsubscribe"}'),
    *('{"type":"subscribe","stream":"conversation:","after":0}', "\0", "\u202e", "[" * 50_000),
    *('{"a":' * 20_000 + "1" + "}" * 20_000, '{"type":"subscribe","stream":"agent:%s","after":0}'),
    *('{"type":"subscribe","stream":"queue:%s","after":0}', "x" * 100_000, "x" * 300_000),
    *('{"type":"subscribe","stream":"channel_account:%s","after":0}', '{"type":"ping"}' * 2),
    *(
        '{"type":"subscribe","stream":"conversation:%s","after":-1}',
        "9" * 1000,
        '{"type":"\\ud800"}',
    ),
    *('{"type":"subscribe","stream":"conversation:%s","after":1e30}', '{"type":"typing"}'),
    *('{"type":"subscribe","stream":"conversation:%s%%00","after":0}', "<script>", "\ufeff{}"),
    *('{"type":"subscribe","stream":"conversation:%s","after":0}',),
)


async def test_no_frame_follows_another_visitors_chat(house: House, unlimited: None) -> None:
    victim, attacker = Victim(await house.begin()), await house.begin()
    said = await victim.browser.say(SECRET)
    await attacker.say("Hello")
    ids = [said["message"]["conversation_id"], str(house.agent.user_id), str(house.queue_id)]
    heard: list[Any] = []

    async with _chatting(victim):
        for frame in _FRAMES:
            for each in ids if "%s" in frame else ids[:1]:
                text = frame.replace("%s", each)
                for sent in (text, text.encode("utf-8", "surrogatepass")):
                    heard += await _whisper(house, (await attacker.ticket())["ticket"], sent)

    assert heard
    assert not [told for told in heard if SECRET in told or '"event"' in told]
    assert victim.said


async def _whisper(house: House, ticket: str, sent: str | bytes) -> list[str]:
    """What is heard after a frame, until the socket falls silent or is closed."""
    heard: list[str] = []
    async with house.connect(ticket) as socket:
        with suppress(websockets.ConnectionClosed, TimeoutError):
            await socket.connection.send(sent)
            async with asyncio.timeout(0.3):
                while True:
                    heard.append(str(await socket.connection.recv()))
    return heard


@pytest.mark.parametrize(
    "token",
    ["", "x", "null", "a" * 43, "a" * 100_000, "\0", "é", "eyJhbGciOiJub25lIn0.e30.", "../x", "[]"],
    ids=str.__len__,
)
async def test_no_forged_ticket_opens_a_socket(house: House, token: str) -> None:
    visitor = await house.begin()
    await visitor.say(SECRET)
    ticket = (await visitor.ticket())["ticket"]
    for forged in (token, ticket[:-1] + token[:1], f"x{token[:1]}{ticket}", visitor.token):
        async with house.connect(forged) as socket:
            # Unknown, or longer than any frame of a visitor may be.
            assert await socket.close_code() in (4401, 4413)
    # The true one is as good as before.
    async with house.connect(ticket) as socket:
        await socket.hear("welcome")


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "http://127.0.0.1", "file://", "https://shop.example"),
        *("http://127.0.0.1:1", "http://localhost.evil.example"),
    ],
)
async def test_a_page_of_another_origin_opens_no_socket(house: House, origin: str) -> None:
    visitor = await house.begin()
    await visitor.say(SECRET)
    ticket = (await visitor.ticket())["ticket"]
    async with house.connect(ticket, origin=origin) as socket:
        assert await socket.close_code() == 4403
