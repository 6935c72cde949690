"""What owners of business accounts and their customers do, over the control interface."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from halfminute.plugins.telegram.fake.control_chats import LONGEST_WAIT_SECONDS
from halfminute.plugins.telegram.fake.control_shapes import Body, Edit, Press, Written
from halfminute.plugins.telegram.fake.facts import BusinessMessageWritten, ClockMoved
from halfminute.plugins.telegram.fake.owners import ALL_RIGHTS, Author
from halfminute.plugins.telegram.fake.parts import Parts
from halfminute.plugins.telegram.fake.refusals import Refusal
from halfminute.plugins.telegram.fake.world import Bot


class NewConnection(Body, frozen=True):
    """An owner connects the bot. Unless `is_told` the bot hears of it by asking alone."""

    owner_id: int
    rights: tuple[str, ...] = ALL_RIGHTS
    is_told: bool = True


class ConnectionChange(Body, frozen=True):
    """What is different now; rights are given whole."""

    is_enabled: bool = True
    rights: list[str] | None = None
    is_told: bool = True


class ConnectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A connection by the name that the Bot API has for it."""

    id: str


class NewWords(Body, frozen=True):
    """A message of one of the two; `content`, as in the Bot API, stands for other kinds."""

    text: str = ""
    author: Author = "customer"
    content: dict[str, Any] | None = None
    reply_to_message_id: int | None = None


class Deletion(Body, frozen=True):
    """Which messages are taken away."""

    message_ids: list[int]


class ClockChange(Body, frozen=True):
    """By how much it is later now."""

    seconds: float


class BusinessMessageView(msgspec.Struct, frozen=True, kw_only=True):
    """A message as both see it now; the customer sees whether theirs `is_read`."""

    message_id: int
    author: str
    text: str
    at: float
    reply_to_message_id: int | None
    is_read: bool


class BusinessPage(msgspec.Struct, frozen=True, kw_only=True):
    """A chat, oldest message first."""

    items: list[BusinessMessageView]


class Clock(Controller):
    """The clock by which a chat's time for answers is counted."""

    path = "/control/clock"

    @post(status_code=204)
    async def move(self, parts: NamedDependency[Parts], data: JSONBody[ClockChange]) -> None:
        """Lets time pass."""
        parts.world.record(ClockMoved(seconds=data.seconds))


class Connections(Controller):
    """An owner's connections with a bot."""

    path = "/control/bots/{bot_id:int}/connections"

    @post()
    async def connect(
        self,
        parts: NamedDependency[Parts],
        bot: NamedDependency[Bot],
        data: JSONBody[NewConnection],
    ) -> ConnectionView:
        """Connects the bot, once more if it was connected."""
        rights = dict.fromkeys(data.rights, True)
        put = parts.owners.connect(bot, data.owner_id, rights, is_told=data.is_told)
        return ConnectionView(id=put.connection_id)

    @post("/{connection_id:str}/change", status_code=204)
    async def change(
        self,
        parts: NamedDependency[Parts],
        bot: NamedDependency[Bot],
        connection_id: FromPath[str],
        data: JSONBody[ConnectionChange],
    ) -> None:
        """Gives other rights, or ends it."""
        put = bot.business.connections.get(connection_id)
        if put is None:
            raise Refusal(404, f"no connection {connection_id}")
        rights = None if data.rights is None else dict.fromkeys(data.rights, True)
        parts.owners.change(
            bot, put, is_enabled=data.is_enabled, rights=rights, is_told=data.is_told
        )


class OwnersChats(Controller):
    """An owner's private chat with one customer."""

    path = "/control/bots/{bot_id:int}/business/{owner_id:int}/chats/{user_id:int}"

    @post("/message")
    async def write(
        self,
        parts: NamedDependency[Parts],
        bot: NamedDependency[Bot],
        owner_id: FromPath[int],
        user_id: FromPath[int],
        data: JSONBody[NewWords],
    ) -> Written:
        """One of the two writes."""
        content = {"text": data.text} if data.content is None else data.content
        reply_to = data.reply_to_message_id
        written = parts.owners.write(bot, owner_id, user_id, data.author, content, reply_to)
        return Written(update_id=None, message_id=written.message_id)

    @post("/edit")
    async def edit(
        self,
        parts: NamedDependency[Parts],
        bot: NamedDependency[Bot],
        owner_id: FromPath[int],
        user_id: FromPath[int],
        data: JSONBody[Edit],
    ) -> Written:
        """Its author changes a message; the owner may change the bot's."""
        parts.owners.edit(bot, owner_id, user_id, data.message_id, {"text": data.text})
        return Written(update_id=None, message_id=data.message_id)

    @post("/delete", status_code=204)
    async def delete(
        self,
        parts: NamedDependency[Parts],
        bot: NamedDependency[Bot],
        owner_id: FromPath[int],
        user_id: FromPath[int],
        data: JSONBody[Deletion],
    ) -> None:
        """One of the two takes messages away, on both sides."""
        parts.owners.delete(bot, owner_id, user_id, data.message_ids)

    @post("/press")
    async def press(
        self,
        parts: NamedDependency[Parts],
        bot: NamedDependency[Bot],
        owner_id: FromPath[int],
        user_id: FromPath[int],
        data: JSONBody[Press],
    ) -> Written:
        """The customer presses a button."""
        update_id = parts.owners.press(bot, owner_id, user_id, data.message_id, data.data)
        return Written(update_id=update_id, message_id=data.message_id)

    @get("/messages")
    async def list_messages(
        self,
        parts: NamedDependency[Parts],
        bot: NamedDependency[Bot],
        owner_id: FromPath[int],
        user_id: FromPath[int],
        wait_seconds: FromQuery[float] = 0.0,
    ) -> BusinessPage:
        """The chat as both see it; waits for another message if asked."""
        if wait_seconds > 0:
            await parts.arrivals.wait((bot.id, user_id), min(wait_seconds, LONGEST_WAIT_SECONDS))
        chat = parts.owners.chat(bot, owner_id, user_id)
        return BusinessPage(items=[_view(each, chat.read_up_to) for each in chat.messages.values()])


def _view(message: BusinessMessageWritten, read_up_to: int) -> BusinessMessageView:
    return BusinessMessageView(
        message_id=message.message_id,
        author=message.author,
        text=message.content.get("text", ""),
        at=message.at,
        reply_to_message_id=message.reply_to,
        is_read=message.author == "customer" and message.message_id <= read_up_to,
    )
