"""Many idle sockets in one server: what they cost, and how soon all are back after a SIGKILL.

500 agents and 5,000 contacts, each contact with a token for exactly one conversation's stream.
Messages keep coming while the server is killed; afterwards every socket must have every number of
its stream.

    make bench NAME=connections             AGENTS=500 WIDGETS=5000 to choose the size
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import uvloop

from bench.agents import sign_in
from bench.arrivals import telegram_update
from bench.http_client import LeanClient
from bench.lean_socket import LeanSocket
from bench.memory import pss_mb, rss_mb
from bench.report import Figure, print_result
from bench.stack import Stack, StackSettings

AGENTS = int(os.environ.get("AGENTS", "500"))
WIDGETS = int(os.environ.get("WIDGETS", "5000"))
TRAFFIC_PER_SECOND = 50
WATCH_SECONDS = 10
RESUME_LIMIT_SECONDS = 60
# Full jitter, as the real clients do, so that a restart is not a stampede.
RECONNECT_SECONDS = 1.5
_FIRST_CHAT = 9_000_000


@dataclass(slots=True)
class Listener:
    """One socket that comes back by itself, and remembers which numbers of its stream it saw."""

    port: int
    stream: str
    headers: dict[str, str]
    token: str = ""
    last_seq: int = 0
    seen: set[int] = field(default_factory=set)
    subscribed_at: float = 0.0
    faults: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Stay connected until cancelled."""
        while True:
            try:
                await self._listen()
            except OSError as error:
                self.faults.append(str(error))
            self.subscribed_at = 0.0
            await asyncio.sleep(random.uniform(0, RECONNECT_SECONDS))

    async def _listen(self) -> None:
        socket = await LeanSocket.connect(self.port, "/api/realtime", self.headers)
        if self.token:
            socket.send(json.dumps({"type": "authenticate", "token": self.token}))
        socket.send(
            json.dumps({"type": "subscribe", "stream": self.stream, "after": self.last_seq})
        )
        heart = None if self.token else asyncio.create_task(_beat(socket))
        try:
            async for text in socket.frames():
                frames = json.loads(text)
                for frame in frames if isinstance(frames, list) else [frames]:
                    self._take(frame)
        finally:
            if heart:
                heart.cancel()
            socket.close()

    def _take(self, frame: dict[str, object]) -> None:
        if frame["type"] == "subscribed":
            self.subscribed_at = time.monotonic()
        elif frame["type"] == "refused":
            self.faults.append(str(frame))
        elif frame["type"] == "event":
            seq = int(str(frame["seq"]))
            self.seen.add(seq)
            self.last_seq = max(self.last_seq, seq)


async def _beat(socket: LeanSocket) -> None:
    while True:
        socket.send('{"type":"heartbeat"}')
        await asyncio.sleep(3)


async def measure() -> dict[str, Figure]:
    """Open everything, weigh it, kill the server, and see who comes back when."""
    with tempfile.TemporaryDirectory(prefix="halfminute-connections-") as place:
        settings = StackSettings(directory=Path(place), agents=AGENTS, bots=1, roles=("web",))
        async with Stack(settings) as stack:
            listeners = await _seat_everybody(stack)
            tasks = [asyncio.create_task(listener.run()) for listener in listeners]
            await _all_subscribed(listeners, since=0.0)
            traffic = asyncio.create_task(_write_now_and_then(stack))
            await asyncio.sleep(WATCH_SECONDS)
            weight = rss_mb(stack.pids("web")) + pss_mb(stack.pids("postgresql"))
            killed_at = time.monotonic()
            await stack.kill("web")
            await _all_subscribed(listeners, since=killed_at)
            resumed = time.monotonic() - killed_at
            await asyncio.sleep(WATCH_SECONDS)
            traffic.cancel()
            await asyncio.gather(traffic, return_exceptions=True)
            await asyncio.sleep(2)
            gaps = await _count_gaps(stack, listeners)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    return {
        "agents": AGENTS,
        "widgets": WIDGETS,
        "rss_mb": weight,
        "resume_seconds": resumed,
        "gaps": gaps,
    }


async def _seat_everybody(stack: Stack) -> list[Listener]:
    client = LeanClient("127.0.0.1", stack.port, connections=16)
    origin = {"Origin": f"http://localhost:{stack.port}"}
    listeners = []
    for email, password in stack.agents:
        cookie, agent_id = await sign_in(client, origin["Origin"], email, password)
        headers = {**origin, "Cookie": cookie}
        listeners.append(Listener(stack.port, f"agent:{agent_id}", headers))
    await _open_conversations(stack, client)
    for conversation_id in await _list_conversations(stack):
        token = stack.conversation_token(conversation_id)
        stream = f"conversation:{conversation_id}"
        listeners.append(Listener(stack.port, stream, dict(origin), token))
    client.close()
    return listeners


async def _open_conversations(stack: Stack, client: LeanClient) -> None:
    limit = asyncio.Semaphore(16)

    async def open_one(chat: int) -> None:
        async with limit:
            await _post(stack, client, chat, 0)

    await asyncio.gather(*(open_one(_FIRST_CHAT + number) for number in range(WIDGETS)))


async def _post(stack: Stack, client: LeanClient, chat: int, number: int) -> None:
    target = stack.targets[0]
    headers = {"X-Telegram-Bot-Api-Secret-Token": target.secret}
    body = telegram_update(chat, number, f"w{chat}.{number}")
    with contextlib.suppress(OSError, TimeoutError):
        await client.request("POST", target.path, body, headers)


async def _write_now_and_then(stack: Stack) -> None:
    client = LeanClient("127.0.0.1", stack.port, connections=4)
    number = 1
    while True:
        number += 1
        await _post(stack, client, _FIRST_CHAT + random.randrange(WIDGETS), number)
        await asyncio.sleep(1 / TRAFFIC_PER_SECOND)


async def _list_conversations(stack: Stack) -> list[str]:
    connection = await asyncpg.connect(stack.dsn)
    try:
        rows = await connection.fetch("select id from conversations order by id limit $1", WIDGETS)
    finally:
        await connection.close()
    return [str(row["id"]) for row in rows]


async def _all_subscribed(listeners: Sequence[Listener], *, since: float) -> None:
    deadline = time.monotonic() + RESUME_LIMIT_SECONDS
    while any(listener.subscribed_at <= since for listener in listeners):
        if time.monotonic() > deadline:
            missing = [item for item in listeners if item.subscribed_at <= since]
            raise TimeoutError(f"{len(missing)} sockets are not back: {missing[0].faults[-3:]}")
        await asyncio.sleep(0.05)


async def _count_gaps(stack: Stack, listeners: Sequence[Listener]) -> int:
    """How many events their socket should have brought and did not."""
    connection = await asyncpg.connect(stack.dsn)
    try:
        rows = await connection.fetch(_TOLD)
    finally:
        await connection.close()
    told: dict[str, set[int]] = {}
    for row in rows:
        told.setdefault(row["stream"], set()).add(row["seq"])
    return sum(len(told.get(item.stream, set()) - item.seen) for item in listeners)


# Contacts are told what was said, not whom it was routed to.
_TOLD = """
select stream, seq from events
 where stream like 'agent:%' or (stream like 'conversation:%' and type = 'MessageReceived')
"""


if __name__ == "__main__":
    print_result(uvloop.run(measure()))
