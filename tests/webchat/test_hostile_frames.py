"""A thousand frames that mean harm: answered, or the end of their socket; nobody else notices."""

from __future__ import annotations

import asyncio
import contextlib
import random
from uuid import uuid4

import msgspec
import structlog
import websockets
from structlog.testing import capture_logs

from tests.webchat.conftest import Browser, House

FRAMES = 1000
# What a contact may send at once before it is shut out.
AT_ONCE = 20
# Of what a client may bring about, one line a connection would already be a flood.
MOST_LOG_LINES = 5


def _make_frame(chance: random.Random, stranger: str) -> str | bytes:
    text = msgspec.json.encode
    kinds: list[str | bytes] = [
        bytes(chance.randbytes(chance.randrange(200))),
        chance.randbytes(100).decode("latin-1"),
        "[" * chance.randrange(1, 30_000),
        '{"type":' * chance.randrange(1, 5_000),
        text({"type": "subscribe", "stream": stranger, "after": 0}).decode(),
        text({"type": "subscribe", "stream": f"agent:{uuid4()}", "after": 0}).decode(),
        text({"type": "subscribe", "stream": stranger, "after": -chance.randrange(99)}).decode(),
        text({"type": chance.choice([None, 1, [], {}, "shutdown", "event"])}).decode(),
        '{"type":"subscribe","__proto__":{"stream":"x"},"constructor":{"prototype":{}}}',
        '{"type":"unsubscribe","stream":"%s"}' % ("../" * chance.randrange(1, 2_000)),
        '{"type":"authenticate","token":"%s"}' % ("A" * chance.randrange(1, 4_000)),
        '{"type":"heartbeat","type":"authenticate","token":1e999}',
        "x" * chance.choice([65_536, 65_537, 130_000]),
        "\x00\ufeff{}\u2028",
        "",
    ]
    return chance.choice(kinds)


async def _attack(house: House, attacker: Browser, frames: list[str | bytes]) -> int | None:
    """The code that the socket ended with; None while it is open."""
    ticket = house.parts.tokens.issue_conversation_token(uuid4(), "Attacker")
    async with house.connect(ticket) as socket:
        with contextlib.suppress(websockets.ConnectionClosed):
            for frame in frames:
                await socket.connection.send(frame)
            # An answer, whatever it is: all before it was taken.
            await socket.say(type="heartbeat")
            await socket.hear("heartbeat")
        return socket.connection.close_code


async def test_a_thousand_hostile_frames_are_borne_and_the_others_go_on(house: House) -> None:
    chance = random.Random(7)  # noqa: S311  # the same attack on every run
    visitor, attacker = await house.begin(), await house.begin()
    said = await visitor.say("Hello")
    conversation_id = said["message"]["conversation_id"]
    await house.give(conversation_id)
    frames = [_make_frame(chance, f"conversation:{conversation_id}") for _ in range(FRAMES)]
    codes: set[int | None] = set()
    structlog.contextvars.clear_contextvars()
    async with visitor.follow(said["stream_seq"]) as socket:
        await socket.hear("subscribed")
        with capture_logs() as logs:
            for start in range(0, FRAMES, AT_ONCE - 2):
                codes.add(await _attack(house, attacker, frames[start : start + AT_ONCE - 2]))
                if start % 180 == 0:
                    await house.answer(conversation_id, f"answer {start}")
                    async with asyncio.timeout(5):
                        heard = await socket.hear("ReplyQueued")
                    assert heard["data"]["message"]["parts"][0]["text"] == f"answer {start}"

    assert codes <= {None, 1007, 1009, 4413}, codes
    assert len(logs) <= MOST_LOG_LINES, logs[:10]
    assert [line for line in logs if line["log_level"] in ("error", "critical")] == []
    assert (await attacker.ask("GET", "/thread")).status_code == 200


async def test_who_fetches_tickets_without_end_is_asked_to_wait(house: House) -> None:
    visitor = await house.begin()
    await visitor.say("Hello")
    answers = [await visitor.ask("POST", "/ticket") for _ in range(70)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == "too_many_tickets"
    assert int(refused[0].headers["retry-after"]) >= 1


async def test_a_ticket_opens_a_stream_instead_of_a_socket(house: House) -> None:
    visitor = await house.begin()
    said = await visitor.say("Hello")
    conversation_id = said["message"]["conversation_id"]
    await house.give(conversation_id)
    ticket = (await visitor.ticket())["ticket"]
    async with visitor.client.stream(
        "GET",
        f"/api/realtime/stream?after={said['stream_seq']}",
        headers={"authorization": f"Bearer {ticket}"},
    ) as answer:
        await house.note(conversation_id, "A difficult one")
        await house.answer(conversation_id, "Good day")
        heard = ""
        async with asyncio.timeout(20):
            async for line in answer.aiter_lines():
                heard += line
                if "MessageSent" in line:
                    break
    assert "Good day" in heard
    assert "A difficult one" not in heard
