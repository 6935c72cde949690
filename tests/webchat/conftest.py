"""A whole web role and its delivery, with one widget on it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
import websockets
from websockets.asyncio.client import ClientConnection

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.schemas import AgentSettings
from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.conversations.actions.add_note import add_note
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.schemas import NewNote, NewReply
from halfminute.identity.actions import create_user
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.main.parts import Parts
from halfminute.main.roles import ROLES
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.schemas import QueueSettings
from tests.web_role import serve_role

PATIENCE_SECONDS = 30


class Browser:
    """One browser with the chat open; it has no token before it begins a visit."""

    def __init__(self, house: House, client: httpx.AsyncClient, widget_id: UUID) -> None:
        self.house = house
        self.client = client
        self.widget_id = widget_id
        self.token = ""
        self.told: dict[str, str] = {}

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        address = f"/api/webchat/{self.widget_id}{path}"
        return await self.client.request(method, address, json=body, headers=headers)

    async def begin(self, **told: str) -> Browser:
        """A visit of one who says this of themselves, with each message."""
        self.told = told
        answer = await self.ask("POST", "/visits")
        assert answer.status_code == 201, answer.text
        self.token = answer.json()["token"]
        return self

    async def say(self, text: str, client_id: UUID | None = None, **more: Any) -> Any:
        body = {"client_id": str(client_id or uuid4()), "text": text, **self.told, **more}
        answer = await self.ask("POST", "/messages", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def thread(self, query: str = "") -> Any:
        answer = await self.ask("GET", f"/thread{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()["thread"]

    async def texts(self) -> list[str]:
        return [item["parts"][0]["text"] for item in (await self.thread())["items"]]

    async def ticket(self) -> Any:
        answer = await self.ask("POST", "/ticket")
        assert answer.status_code == 200, answer.text
        return answer.json()

    @asynccontextmanager
    async def follow(self, after: int) -> AsyncIterator[Socket]:
        """The newest conversation's stream, from an event on."""
        given = await self.ticket()
        async with self.house.connect(given["ticket"]) as socket:
            await socket.hear("welcome")
            await socket.say(type="subscribe", stream=given["stream"], after=after)
            yield socket


class Socket:
    """A socket to the realtime endpoint."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        # A message of the socket is a frame, or several in their order.
        self._heard: deque[Any] = deque()

    async def say(self, **frame: Any) -> None:
        await self.connection.send(msgspec.json.encode(frame).decode())

    async def hear(self, type_: str) -> Any:
        """The next frame of a type, or the next event of that name."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if not self._heard:
                    told = msgspec.json.decode(await self.connection.recv())
                    self._heard.extend(told if isinstance(told, list) else [told])
                frame = self._heard.popleft()
                if type_ in (frame["type"], frame.get("event")):
                    return frame

    async def close_code(self) -> int | None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.connection.wait_closed()
        return self.connection.close_code


@dataclass
class House:
    """What runs, with one widget and an agent."""

    parts: Parts
    stack: AsyncExitStack
    queue_id: UUID
    widget_id: UUID
    agent: Principal

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.parts.settings.port}"

    async def open_browser(self, widget_id: UUID | None = None) -> Browser:
        client = httpx.AsyncClient(base_url=self.url, headers={"origin": self.url}, timeout=30)
        await self.stack.enter_async_context(client)
        return Browser(self, client, widget_id or self.widget_id)

    async def begin(self, **told: str) -> Browser:
        return await (await self.open_browser()).begin(**told)

    @asynccontextmanager
    async def connect(self, token: str, origin: str | None = None) -> AsyncIterator[Socket]:
        url = f"ws://127.0.0.1:{self.parts.settings.port}/api/realtime"
        async with websockets.connect(url, origin=origin or self.url) as connection:  # type: ignore[arg-type]
            socket = Socket(connection)
            with contextlib.suppress(websockets.ConnectionClosed):
                await socket.say(type="authenticate", token=token)
            yield socket

    async def add_widget(self) -> UUID:
        form = {"origins": "https://shop.example", "title": "Operator"}
        new = NewAccount(kind="webchat", form=form, queue_id=self.queue_id)
        return (await add_account(self.parts.accounts, SYSTEM, new)).id

    async def switch_off(self) -> None:
        await change_account(
            self.parts.accounts, SYSTEM, self.widget_id, AccountChange(is_enabled=False)
        )
        self.parts.book.forget(self.widget_id)

    async def give(self, conversation_id: str) -> None:
        """The agent has the conversation from now on."""
        await self.execute(
            "update conversations set state = 'active', agent_id = $2 where id = $1",
            UUID(conversation_id),
            self.agent.user_id,
        )

    async def answer(self, conversation_id: str, text: str) -> UUID:
        new = NewReply(client_id=uuid4(), text=text)
        written = await reply(
            self.parts.log, self.parts.registry, self.agent, UUID(conversation_id), new
        )
        return written.message.id

    async def note(self, conversation_id: str, text: str) -> None:
        new = NewNote(client_id=uuid4(), text=text)
        await add_note(self.parts.log, self.agent, UUID(conversation_id), new)

    async def rows(self, statement: str, *arguments: object) -> list[Any]:
        async with self.parts.database.connection() as connection:
            return await connection.fetch(statement, *arguments)

    async def execute(self, statement: str, *arguments: object) -> None:
        async with self.parts.database.connection() as connection:
            await connection.execute(statement, *arguments)

    async def wait_for(self, statement: str, *arguments: object) -> None:
        """Return when the statement gives a row."""
        for _ in range(PATIENCE_SECONDS * 20):
            if await self.rows(statement, *arguments):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it did not happen in time")


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serve_role(database_url, tmp_path) as parts, AsyncExitStack() as stack:
        stop = asyncio.Event()
        works = [asyncio.create_task(work) for _, work in ROLES["delivery"](parts, stop)]
        queue = await configure_queue(parts.log, SYSTEM, QueueSettings(name="Support"))
        user_id = await create_user(
            parts.log,
            SYSTEM,
            email="ira@example.org",
            name="Ira",
            password="half a minute at most",
            grants=(Grant("agent", "own"),),
        )
        await configure_agent(parts.log, SYSTEM, user_id, AgentSettings())
        agent = Principal(kind="user", user_id=user_id, name="Ira", grants=(Grant("agent", "own"),))
        made = House(parts, stack, queue.id, queue.id, agent)
        made.widget_id = await made.add_widget()
        try:
            yield made
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
