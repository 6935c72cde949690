"""Simulated agents: they sign in, hear offers, accept, reply and close, as the desk does."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bench.arrivals import MESSAGES_A_CONVERSATION
from bench.http_client import Answer, LeanClient
from bench.lean_socket import LeanSocket

HEARTBEAT_SECONDS = 3
_encode = msgspec.json.Encoder().encode
Heard = Callable[[str, float], None]


@dataclass(slots=True)
class Held:
    """A conversation an agent holds."""

    id: str
    messages: int = 0
    is_replied: bool = False


@dataclass(slots=True)
class Tally:
    """What all agents together did."""

    accepted: int = 0
    lost_races: int = 0
    replied: int = 0
    closed: int = 0
    errors: list[str] = field(default_factory=list)


class SimulatedAgent:
    """One agent with one socket.

    `hear(tag, at)` is called with the text of a customer's message and the loop's time when its
    frame (the offer's, for the message that opened the conversation) arrived at the socket.
    """

    def __init__(self, client: LeanClient, port: int, hear: Heard, tally: Tally) -> None:
        """`port` is where Halfminute serves on this machine."""
        self._client = client
        self._port = port
        self._origin = f"http://localhost:{port}"
        self._headers = {"Origin": self._origin}
        self._hear = hear
        self._tally = tally
        self._held: dict[str, Held] = {}
        self._seqs: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.agent_id = ""

    async def sign_in(self, email: str, password: str) -> None:
        """Open a session and learn where the agent's stream stands."""
        self._headers["Cookie"], self.agent_id = await sign_in(
            self._client, self._origin, email, password
        )
        desk = await self._get("/api/desk")
        stream = f"agent:{self.agent_id}"
        self._seqs = {stream: desk["streams"][stream]}

    async def become_available(self) -> None:
        """Take offers from now on."""
        await self.send("PUT", "/api/presence", {"presence": "available", "reason": ""})

    async def run(self) -> None:
        """Hold the socket until cancelled; reconnects, and resumes every stream by its number."""
        while True:
            with contextlib.suppress(OSError):
                await self._serve(
                    await LeanSocket.connect(self._port, "/api/realtime", self._headers)
                )
            await asyncio.sleep(0.2)

    async def _serve(self, socket: LeanSocket) -> None:
        for stream, seq in self._seqs.items():
            _subscribe(socket, stream, seq)
        heart = asyncio.create_task(_beat(socket))
        try:
            async for text in socket.frames():
                arrived = time.monotonic()
                frames = msgspec.json.decode(text)
                for frame in frames if isinstance(frames, list) else [frames]:
                    if frame["type"] == "event":
                        self._take(socket, frame, arrived)
        finally:
            heart.cancel()
            socket.close()

    def _take(self, socket: LeanSocket, frame: dict[str, Any], arrived: float) -> None:
        self._seqs[frame["stream"]] = frame["seq"]
        data, kind = frame["data"], frame["event"]
        if kind == "ConversationOffered" and frame["stream"] == f"agent:{self.agent_id}":
            preview = data["conversation"]["last_message"]["preview"]
            self._hear(preview, arrived)
            self.spawn(self._accept(data["offer"]))
        elif kind == "ConversationAssigned" and data["agent_id"] == self.agent_id:
            self._hold(socket, data["conversation_id"])
        elif kind == "MessageReceived":
            text = data["message"]["parts"][0]["text"]
            self._hear(text, arrived)
            self.attend(data["conversation_id"], text)
        elif kind == "AgentPresenceChanged":
            self.spawn(self.hear_presence(data))
        elif kind == "ConversationClosed":
            self._release(socket, data["conversation_id"])

    def _hold(self, socket: LeanSocket, conversation_id: str) -> None:
        stream = f"conversation:{conversation_id}"
        if conversation_id not in self._held:
            self._held[conversation_id] = Held(conversation_id)
            self._seqs[stream] = 0
            _subscribe(socket, stream, 0)

    def _release(self, socket: LeanSocket, conversation_id: str) -> None:
        stream = f"conversation:{conversation_id}"
        if self._held.pop(conversation_id, None):
            self._seqs.pop(stream, None)
            socket.send(_encode({"type": "unsubscribe", "stream": stream}).decode())

    async def hear_presence(self, data: dict[str, Any]) -> None:
        """The agent's presence changed, by itself or by somebody else's doing."""

    def attend(self, conversation_id: str, text: str) -> None:
        """A customer wrote `text` in a conversation this agent holds or looks at."""
        held = self._held.get(conversation_id)
        if held is None:
            return
        held.messages += 1
        if held.messages >= MESSAGES_A_CONVERSATION and not held.is_replied:
            held.is_replied = True
            self.spawn(self._answer_and_close(conversation_id))

    async def _accept(self, offer: dict[str, Any]) -> None:
        answer = await self.request(
            "POST", f"/api/offers/{offer['id']}/accept", {"epoch": offer["epoch"]}
        )
        if answer.status == 409:
            self._tally.lost_races += 1
        elif answer.status < 300:
            self._tally.accepted += 1
        else:
            self._tally.errors.append(f"accept: {answer.status} {answer.body[:200]!r}")

    async def _answer_and_close(self, conversation_id: str) -> None:
        path = f"/api/conversations/{conversation_id}"
        await self.send(
            "POST",
            f"{path}/messages",
            {"client_id": str(uuid.uuid4()), "text": f"Done: {conversation_id}"},
        )
        self._tally.replied += 1
        await self.send(
            "POST",
            f"{path}/close",
            {"is_solved": True, "disposition_code": "question_answered"},
        )
        self._tally.closed += 1

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` beside the socket; what goes wrong is tallied."""
        task = asyncio.create_task(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (OSError, TimeoutError, UnexpectedAnswer) as error:
            self._tally.errors.append(str(error) or type(error).__name__)

    async def _get(self, path: str) -> Any:
        answer = await self._client.request("GET", path, b"", self._headers)
        _expect(answer, 200)
        return msgspec.json.decode(answer.body)

    async def request(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        """One call of this agent's to the API."""
        return await self._client.request(method, path, _encode(body), self._headers)

    async def send(self, method: str, path: str, body: dict[str, Any]) -> None:
        """A call that must succeed. Raises UnexpectedAnswer."""
        answer = await self.request(method, path, body)
        if answer.status >= 300:
            raise UnexpectedAnswer(f"{method} {path}: {answer.status} {answer.body[:200]!r}")


async def sign_in(client: LeanClient, origin: str, email: str, password: str) -> tuple[str, str]:
    """A session's cookie, and the user's id. Raises UnexpectedAnswer."""
    body = _encode({"email": email, "password": password})
    answer = await client.request("POST", "/api/session", body, {"Origin": origin})
    _expect(answer, 201)
    return answer.headers["set-cookie"].split(";")[0], msgspec.json.decode(answer.body)["user"][
        "id"
    ]


class UnexpectedAnswer(Exception):
    """The server answered with another status than the bench needs."""


def _expect(answer: Answer, status: int) -> None:
    if answer.status != status:
        raise UnexpectedAnswer(f"{answer.status}: {answer.body[:300]!r}")


def _subscribe(socket: LeanSocket, stream: str, after: int) -> None:
    socket.send(_encode({"type": "subscribe", "stream": stream, "after": after}).decode())


async def _beat(socket: LeanSocket) -> None:
    while True:
        socket.send('{"type":"heartbeat"}')
        await asyncio.sleep(HEARTBEAT_SECONDS)
