"""A hub behind a real server on a real socket, over a real database."""

from __future__ import annotations

import asyncio
import contextlib
import socket as sockets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import msgspec
import pytest
import uvicorn
import websockets
from websockets.asyncio.client import ClientConnection

from halfminute.identity.access import Facts, allows
from halfminute.identity.actions import create_user
from halfminute.identity.actions.sign_in import sign_in
from halfminute.identity.origins import Origins
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.sessions import Sessions
from halfminute.identity.tickets import UsedTickets
from halfminute.identity.tokens import Tokens
from halfminute.identity.types import UserId
from halfminute.kit.database import Connection, Database
from halfminute.kit.event_log import EventLog
from halfminute.kit.http.dispatch import Dispatch
from halfminute.kit.http.request_id import RequestIdMiddleware
from halfminute.kit.wakeups import PostgresWakeups
from halfminute.realtime import (
    STREAM_PATH,
    UVICORN_OPTIONS,
    Admission,
    Audience,
    EventStreamEndpoint,
    Hub,
    RealtimeEndpoint,
)

ORIGIN = "http://desk.test"
PASSWORD = "correct horse battery"
# Few, so that a play can take them all.
ADDRESS_CONNECTIONS = 20


class NamedView(msgspec.Struct):
    """What the tests join to events: a user's present name, as the audience may see it."""

    id: UUID
    name: str
    audience: str


async def fetch_names(
    connection: Connection, ids: Sequence[UUID], audience: Audience
) -> Mapping[UUID, NamedView]:
    rows = await connection.fetch("select id, name from users where id = any($1)", ids)
    return {row["id"]: NamedView(row["id"], row["name"], audience) for row in rows}


class Server(uvicorn.Server):
    """A server that leaves the signals of the test run alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Served(NamedTuple):
    """A running server."""

    port: int
    server: Server
    task: asyncio.Task[None]


class Stage:
    """What a play needs: the log to write to, the hub, and ways to connect."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.wakeups = PostgresWakeups(database)
        self.log = EventLog(database, self.wakeups)
        self.sessions = Sessions(database, trust_seconds=0.2)
        self.tokens = Tokens(b"k" * 32)
        self.heard: list[set[UUID]] = []
        self.hub = Hub(
            database,
            self.wakeups,
            self.sessions,
            self.tokens,
            record_heartbeats=self._record,
        )
        self.hub.register_projector("agent_id", "agent", fetch_names)
        self.hub.register_projector("message_id", "message", fetch_names)
        self.hub.register_authoriser("agent", self.may_follow_agent)
        self.hub.register_authoriser("conversation", self.may_follow_conversation)
        self.hub.register_authoriser("queue", self.may_follow_conversation)
        self.not_allowed: set[UUID] = set()
        self.served: Served

    def end(self) -> None:
        """What SIGTERM does."""
        self.served.server.should_exit = True

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.served.port}/api/realtime"

    async def may_follow_agent(
        self, _connection: Connection, principal: Principal, identifier: UUID
    ) -> bool:
        return allows(principal, "agent.read", Facts(agent_id=identifier))

    async def may_follow_conversation(
        self, connection: Connection, _principal: Principal, identifier: UUID
    ) -> bool:
        return identifier not in self.not_allowed and bool(await connection.fetchval("select true"))

    async def _record(self, agent_ids: Any) -> None:
        self.heard.append(set(agent_ids))

    async def record(self, stream: str, event_type: str = "Told", **data: Any) -> None:
        async with self.log.write() as unit:
            unit.record(event_type, data, stream)

    async def hire(self, name: str = "Olena", *grants: Grant) -> UserId:
        return await create_user(
            self.log,
            SYSTEM,
            email=f"{name}@example.org",
            name=name,
            password=PASSWORD,
            grants=grants or (Grant("agent", "own"),),
        )

    async def sign_in(self, name: str = "Olena") -> str:
        opened = await sign_in(
            self.log, email=f"{name}@example.org", password=PASSWORD, ip="127.0.0.1"
        )
        return opened.token

    @asynccontextmanager
    async def stream(
        self, token: str, after: int = 0, **headers: str
    ) -> AsyncIterator[StreamedScreen]:
        """The events of the token's conversation, without a socket."""
        url = f"http://127.0.0.1:{self.served.port}{STREAM_PATH}?after={after}"
        given = {"authorization": f"Bearer {token}", "sec-fetch-site": "same-origin", **headers}
        async with (
            httpx.AsyncClient(timeout=30) as client,
            client.stream("GET", url, headers=given) as answer,
        ):
            yield StreamedScreen(answer)

    @asynccontextmanager
    async def connect(
        self, cookie: str | None = None, *, query: str = "", **options: Any
    ) -> AsyncIterator[Screen]:
        headers = {"Cookie": f"halfminute_session={cookie}"} if cookie is not None else {}
        given = {"origin": ORIGIN, "compression": None, "additional_headers": headers} | options
        async with websockets.connect(self.url + query, **given) as connection:
            yield Screen(connection)


class Screen:
    """A client of the socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._arrays: list[dict[str, Any]] = []

    async def send(self, **frame: Any) -> None:
        await self.connection.send(msgspec.json.encode(frame).decode())

    async def authenticate(self, token: str) -> None:
        await self.send(type="authenticate", token=token)

    async def subscribe(self, stream: str, after: int = 0) -> None:
        await self.send(type="subscribe", stream=stream, after=after)

    async def next(self, seconds: float = 5.0) -> dict[str, Any]:
        """The next frame; an array is told one by one."""
        if not self._arrays:
            async with asyncio.timeout(seconds):
                decoded = msgspec.json.decode(await self.connection.recv())
            self._arrays = decoded if isinstance(decoded, list) else [decoded]
        return self._arrays.pop(0)

    async def next_of(self, *kinds: str, seconds: float = 5.0) -> dict[str, Any]:
        """The next frame of these types; others on the way are passed over."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.next(seconds)
                if frame["type"] in kinds:
                    return frame

    async def events(self, count: int) -> list[dict[str, Any]]:
        return [await self.next_of("event", "refused") for _ in range(count)]

    async def close_code(self, seconds: float = 5.0) -> int | None:
        """The code the server closes with."""
        with contextlib.suppress(websockets.ConnectionClosed):
            async with asyncio.timeout(seconds):
                while True:
                    await self.connection.recv()
        return self.connection.close_code


class StreamedScreen:
    """A client of the event stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()
        self._frames: list[dict[str, Any]] = []
        self.code: int | None = None

    async def next_of(self, *kinds: str, seconds: float = 5.0) -> dict[str, Any]:
        """The next frame of these types."""
        async with asyncio.timeout(seconds):
            while True:
                while not self._frames:
                    await self._read_event()
                frame = self._frames.pop(0)
                if frame["type"] in kinds:
                    return frame

    async def close_code(self, seconds: float = 5.0) -> int | None:
        """The code the server closes with."""
        async with asyncio.timeout(seconds):
            while self.code is None:
                await self._read_event()
        return self.code

    async def _read_event(self) -> None:
        name = ""
        async for line in self._lines:
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data" and name == "close":
                self.code = int(value)
            elif field == "data":
                told = msgspec.json.decode(value)
                self._frames += told if isinstance(told, list) else [told]
            elif not line:
                return
        raise EOFError("the stream has ended")


@asynccontextmanager
async def background(*coroutines: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one) for one in coroutines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[Served]:
    """The application on a free port of this machine, by the server that is used live."""
    with sockets.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, lifespan="off", log_config=None, timeout_graceful_shutdown=3, **UVICORN_OPTIONS
        )
        server = Server(config)
        task = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110  uvicorn tells it by this flag alone
            await asyncio.sleep(0.01)
        try:
            yield Served(listener.getsockname()[1], server, task)
        finally:
            server.should_exit = True
            await task


async def _refuse_all(_scope: Any, _receive: Any, _send: Any) -> None:
    raise AssertionError("nothing else is served")


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    database = Database(database_url, pool_size=8)
    await database.open()
    stage = Stage(database)
    use = UsedTickets(stage.database).use
    admission = Admission(stage.sessions, stage.tokens, use, most_per_address=ADDRESS_CONNECTIONS)
    origins = Origins([ORIGIN])
    app = Dispatch(
        _refuse_all,
        sockets={"/api/realtime": RealtimeEndpoint(stage.hub, admission, origins)},
        prefixes={STREAM_PATH: EventStreamEndpoint(stage.hub, admission, origins)},
    )
    async with (
        serving(RequestIdMiddleware(app)) as stage.served,
        background(stage.hub.run(), stage.wakeups.run()),
    ):
        yield stage
    await database.close()
