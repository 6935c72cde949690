"""Screens of contacts on a hub of the play's own: each frame is kept as it would have been sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec

from halfminute.conversations.access import may_see_conversation
from halfminute.identity.principals import Principal
from halfminute.identity.sessions import Sessions
from halfminute.identity.tokens import Tokens
from halfminute.kit.event_log import stream_name
from halfminute.realtime.hub import Hub
from halfminute.realtime.sockets import Socket
from tests.routing.centre import Centre, eventually


class Screen:
    """One socket that follows one conversation; `heard` are its frames."""

    def __init__(self, hub: Hub, principal: Principal, conversation_id: UUID) -> None:
        self.heard: list[dict[str, Any]] = []
        self.hub = hub
        self.socket = Socket(self._send, principal, most_bytes=100_000, most_frames=100)
        hub.join(self.socket)
        self.stream = stream_name("conversation", conversation_id)
        hub.subscribe(self.socket, self.stream, 0)

    async def wait_until_live(self) -> Screen:
        async def look() -> bool:
            return any(one["type"] in ("subscribed", "refused") for one in self.heard)

        await eventually(look)
        return self

    def leave(self) -> None:
        self.hub.leave(self.socket)

    async def places(self) -> list[tuple[int | None, tuple[int, int] | None]]:
        """What it was told of its wait so far: position, and least and most minutes."""

        async def look() -> bool:
            return not self.socket.is_sending

        await eventually(look)
        return [
            (one["position"], _range(one["expected_wait"]))
            for one in self.heard
            if one["type"] == "wait"
        ]

    async def _send(self, message: Any) -> None:
        if "text" in message:
            told = msgspec.json.decode(message["text"])
            self.heard += told if isinstance(told, list) else [told]


class Screens:
    """Opens them."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def of_contact(self, conversation_id: UUID, follows: UUID | None = None) -> Screen:
        """Of the contact of one conversation, that follows it, or another one."""
        contact = Principal(kind="conversation", name="", conversation_id=conversation_id)
        return await Screen(self.hub, contact, follows or conversation_id).wait_until_live()

    async def of_user(self, user: Principal, conversation_id: UUID) -> Screen:
        return await Screen(self.hub, user, conversation_id).wait_until_live()


@asynccontextmanager
async def open_screens(centre: Centre) -> AsyncIterator[Screens]:
    """A hub at work until the block ends."""
    hub = Hub(centre.database, centre.wakeups, Sessions(centre.database), Tokens(b"k" * 32))
    hub.register_authoriser("conversation", may_see_conversation)
    task = asyncio.create_task(hub.run())
    try:
        yield Screens(hub)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _range(said: dict[str, int] | None) -> tuple[int, int] | None:
    return None if said is None else (said["least_minutes"], said["most_minutes"])
