"""The owner of an account, whose customers write to the scene's channel by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from obstore.store import MemoryStore

from halfminute.channels.lines import ChannelLines
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.delivery.reads import ReadWorker
from halfminute.conversations.delivery.worker import DeliveryWorker
from halfminute.conversations.schemas import MessageView, NewReply
from halfminute.conversations.transitions import assign
from halfminute.files.store import FileStore
from halfminute.identity.principals import Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.ids import new_id
from halfminute.kit.time import utc_now
from halfminute.sdk.channel import (
    InboundBusinessConnection,
    InboundDeletion,
    InboundEdit,
    InboundMessage,
    Sender,
)
from halfminute.sdk.model import TextPart
from tests.plain_channel import message
from tests.routing.centre import eventually
from tests.scene import Scene

WINDOW_SECONDS = 24 * 3600


@dataclass
class Owner:
    """Connects us, writes from the phone, and has customers who write."""

    scene: Scene
    id: str = "owner-1"
    connection: str = "bc-1"
    connected_at: datetime = field(default_factory=lambda: utc_now() - timedelta(hours=1))

    def connection_told(self, **change: Any) -> InboundBusinessConnection:
        """The connection as the provider tells it."""
        told: dict[str, Any] = {
            "external_id": self.connection,
            "owner_external_id": self.id,
            "owner_name": "Support",
            "is_enabled": True,
            "can_reply": True,
            "can_mark_read": True,
            "can_delete": True,
            "connected_at": self.connected_at,
            "reply_window_seconds": WINDOW_SECONDS,
        }
        return InboundBusinessConnection(**{**told, **change})

    async def connect(self, **change: Any) -> None:
        """Tell what became of the connection."""
        await self.scene.tell(self.connection_told(**change))

    async def connect_anew(self, name: str) -> None:
        """Another connection, by another name."""
        self.connection = name
        self.connected_at += timedelta(minutes=1)
        await self.connect()

    def sender(self, author: str, chat: str = "chat-1") -> Sender:
        """In the chat with a customer."""
        return Sender(
            external_id=chat,
            name="Olena",
            business_connection_id=self.connection,
            author_external_id=author,
        )

    def said(
        self, text: str = "Hello", *, chat: str = "chat-1", at: datetime | None = None, **more: Any
    ) -> InboundMessage:
        """The customer's words."""
        given = message(text, at=at or utc_now(), **more)
        return _from(given, self.sender(chat, chat))

    def typed(self, text: str = "From the phone", *, chat: str = "chat-1", **more: Any) -> Any:
        """The owner's words."""
        return _from(message(text, at=utc_now(), **more), self.sender(self.id, chat))

    def edited(self, number: str, text: str, *, is_of_ours: bool = False) -> InboundEdit:
        """Other words for a message; the owner's, if it is of ours."""
        return InboundEdit(
            external_id=number,
            sender=self.sender(self.id if is_of_ours else "chat-1"),
            sent_at=utc_now(),
            edited_at=utc_now(),
            parts=(TextPart(text=text),),
            is_of_ours=is_of_ours,
        )

    def deleted(self, *numbers: str, chat: str = "chat-1") -> InboundDeletion:
        """Messages are gone; who took them away is not told."""
        sender = Sender(external_id=chat, name="Olena", business_connection_id=self.connection)
        return InboundDeletion(external_ids=numbers, sender=sender)

    async def conversation(self) -> asyncpg.Record:
        """The only one."""
        return await self.scene.row("select * from conversations")

    async def messages(self) -> list[asyncpg.Record]:
        """All, oldest first."""
        return await self.scene.rows("select * from messages order by id")

    async def texts(self) -> list[str]:
        """What they say now."""
        return [row["parts"][0]["text"] for row in await self.messages()]

    @property
    def agent(self) -> Principal:
        """The scene's agent, signed in."""
        return Principal(
            kind="user",
            name="Ira",
            user_id=UserId(self.scene.agent_id),
            grants=(Grant("agent", "own"),),
        )

    async def assign(self) -> UUID:
        """The agent takes the conversation."""
        conversation = await self.conversation()
        async with self.scene.log.write() as unit:
            await assign(
                unit, conversation["id"], self.scene.agent_id, from_states=["queued"], by="pull"
            )
        conversation_id: UUID = conversation["id"]
        return conversation_id

    async def answer(self, text: str = "Good day") -> MessageView:
        """The agent replies."""
        conversation_id = (await self.conversation())["id"]
        new = NewReply(client_id=new_id(), text=text)
        registry = self.scene.registry
        written = await reply(self.scene.log, registry, self.agent, conversation_id, new)
        return written.message

    async def becomes(self, message_id: UUID, state: str) -> None:
        """Wait until a message of ours is in this state."""

        async def look() -> bool:
            row = await self.scene.row("select delivery from messages where id = $1", message_id)
            return bool(row["delivery"] == state)

        await eventually(look)


def _from(given: InboundMessage, sender: Sender) -> InboundMessage:
    return InboundMessage(
        **{name: getattr(given, name) for name in given.__struct_fields__ if name != "sender"},
        sender=sender,
    )


@asynccontextmanager
async def delivering(scene: Scene) -> AsyncIterator[None]:
    """A delivery role at work until the block ends."""
    lines = ChannelLines(scene.log, scene.book, scene.registry, scene.clients)
    workers = (
        DeliveryWorker(scene.log, lines, scene.log.wakeups, FileStore(MemoryStore())),
        ReadWorker(scene.log, scene.book, scene.clients),
    )
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
