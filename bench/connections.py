"""Many idle sockets in one server: what they cost, and how soon all are back after a SIGKILL.

500 agents, and 10,000 visitors of a web chat who have each said something; a visitor comes back by
the ticket of the last socket, else fetches one, as the widget does. Visitors keep writing while the
server is killed; afterwards every socket must have every number of its stream.

    make bench NAME=connections             AGENTS=500 WIDGETS=10000 to choose the size
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import uvloop

from bench.agents import sign_in
from bench.http_client import LeanClient
from bench.lean_socket import LeanSocket
from bench.memory import cpu_seconds, pss_mb, rss_mb
from bench.report import Figure, print_result
from bench.stack import Stack, StackSettings

AGENTS = int(os.environ.get("AGENTS", "500"))
WIDGETS = int(os.environ.get("WIDGETS", "10000"))
TRAFFIC_PER_SECOND = 50
WATCH_SECONDS = 10
RESUME_LIMIT_SECONDS = 60
# As the widget comes back (`core/backoff.ts`): full jitter under a limit that doubles.
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
# How many ask something of the server at once.
CONNECTIONS = 64


@dataclass(slots=True)
class Visitor:
    """A browser that chats, behind an address of its own."""

    client: LeanClient
    path: str
    headers: dict[str, str]

    @classmethod
    async def begin(
        cls, client: LeanClient, widget_id: UUID, origin: Mapping[str, str], number: int
    ) -> Visitor:
        """A visit in which something has been said."""
        path = f"/api/webchat/{widget_id}"
        address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        headers = {**origin, "X-Forwarded-For": address}
        answer = await client.request("POST", f"{path}/visits", b"", headers)
        if answer.status != HTTPStatus.CREATED:
            raise OSError(f"no visit: {answer.status} {answer.body!r}")
        headers["Authorization"] = f"Bearer {json.loads(answer.body)['token']}"
        visitor = cls(client, path, headers)
        await visitor.say(f"Question {number}")
        return visitor

    async def say(self, text: str) -> None:
        """Write a message. Raises OSError or TimeoutError when the server is away."""
        body = json.dumps({"client_id": str(uuid4()), "text": text}).encode()
        answer = await self.client.request("POST", f"{self.path}/messages", body, self.headers)
        if answer.status != HTTPStatus.OK:
            raise OSError(f"not taken: {answer.status} {answer.body!r}")

    async def fetch_ticket(self) -> tuple[str, str]:
        """What opens one socket, and its stream. Raises OSError or TimeoutError."""
        answer = await self.client.request("POST", f"{self.path}/ticket", b"", self.headers)
        if answer.status != HTTPStatus.OK:
            raise OSError(f"no ticket: {answer.status} {answer.body!r}")
        told = json.loads(answer.body)
        return told["ticket"], told["stream"]


@dataclass(slots=True)
class Listener:
    """One socket that comes back by itself, and remembers which numbers of its stream it saw."""

    port: int
    headers: dict[str, str]
    stream: str = ""
    # Whose socket it is; an agent's is opened by a cookie among the headers.
    visitor: Visitor | None = None
    last_seq: int = 0
    seen: set[int] = field(default_factory=set)
    subscribed_at: float = 0.0
    failures: int = 0
    faults: list[str] = field(default_factory=list)
    # What the last socket was told for the next, in place of a ticket that is fetched.
    spare_ticket: str = ""

    async def run(self) -> None:
        """Stay connected until cancelled."""
        while True:
            try:
                await self._listen()
            except OSError as error:
                self.faults.append(str(error))
            self.subscribed_at = 0.0
            limit = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**self.failures)
            self.failures += 1
            await asyncio.sleep(random.uniform(0, limit))

    async def _listen(self) -> None:
        ticket, self.spare_ticket = self.spare_ticket, ""
        if self.visitor is not None and not ticket:
            ticket, self.stream = await self.visitor.fetch_ticket()
        socket = await LeanSocket.connect(self.port, "/api/realtime", self.headers)
        if ticket:
            socket.send(json.dumps({"type": "authenticate", "token": ticket}))
        socket.send(
            json.dumps({"type": "subscribe", "stream": self.stream, "after": self.last_seq})
        )
        heart = None if ticket else asyncio.create_task(_beat(socket))
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
        if frame["type"] == "welcome":
            self.spare_ticket = str(frame.get("ticket", ""))
        elif frame["type"] == "subscribed":
            self.subscribed_at = time.monotonic()
            self.failures = 0
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
        settings = StackSettings(directory=Path(place), agents=AGENTS, bots=0, roles=("web",))
        async with Stack(settings) as stack:
            client = LeanClient("127.0.0.1", stack.port, connections=CONNECTIONS)
            listeners = await _seat_everybody(stack, client)
            tasks = [asyncio.create_task(listener.run()) for listener in listeners]
            await _all_subscribed(listeners, since=0.0)
            visitors = [item.visitor for item in listeners if item.visitor is not None]
            traffic = asyncio.create_task(_write_now_and_then(visitors))
            await asyncio.sleep(WATCH_SECONDS)
            weight = rss_mb(stack.pids("web")) + pss_mb(stack.pids("postgresql"))
            killed_at, used = time.monotonic(), time.process_time()
            await stack.kill("web")
            await _all_subscribed(listeners, since=killed_at)
            resumed = time.monotonic() - killed_at
            # Of the new process from its first moment on, and of this one beside it.
            server_seconds = cpu_seconds(stack.pids("web"))
            own_seconds = time.process_time() - used
            await asyncio.sleep(WATCH_SECONDS)
            traffic.cancel()
            await asyncio.gather(traffic, return_exceptions=True)
            await asyncio.sleep(2)
            gaps = await _count_gaps(stack, listeners)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            client.close()
    return {
        "agents": AGENTS,
        "widgets": WIDGETS,
        "rss_mb": weight,
        "resume_seconds": resumed,
        "server_cpu_seconds": server_seconds,
        "own_cpu_seconds": own_seconds,
        "gaps": gaps,
    }


async def _seat_everybody(stack: Stack, client: LeanClient) -> list[Listener]:
    origin = {"Origin": f"http://localhost:{stack.port}"}
    listeners = []
    for email, password in stack.agents:
        cookie, agent_id = await sign_in(client, origin["Origin"], email, password)
        headers = {**origin, "Cookie": cookie}
        listeners.append(Listener(stack.port, headers, f"agent:{agent_id}"))
    widget_id = await stack.add_widget(origin["Origin"])
    visitors = await asyncio.gather(
        *(Visitor.begin(client, widget_id, origin, number) for number in range(WIDGETS))
    )
    listeners += [Listener(stack.port, visitor.headers, visitor=visitor) for visitor in visitors]
    return listeners


async def _write_now_and_then(visitors: Sequence[Visitor]) -> None:
    while True:
        with contextlib.suppress(OSError, TimeoutError):
            await random.choice(visitors).say("Is anybody there?")
        await asyncio.sleep(1 / TRAFFIC_PER_SECOND)


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
