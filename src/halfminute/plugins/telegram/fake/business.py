"""What a bot does in the chats of a business account, each method as strict as its page.

https://core.telegram.org/bots/api#businessbotrights; the words of refusals are those that the real
server has been heard to say.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from halfminute.plugins.telegram.fake import objects
from halfminute.plugins.telegram.fake.arrivals import Arrivals
from halfminute.plugins.telegram.fake.business_world import BusinessChat
from halfminute.plugins.telegram.fake.facts import (
    BusinessChatRead,
    BusinessMessageChanged,
    BusinessMessagesDeleted,
    BusinessMessageWritten,
    ConnectionPut,
)
from halfminute.plugins.telegram.fake.faults import Faults, end_send
from halfminute.plugins.telegram.fake.limits import Limits
from halfminute.plugins.telegram.fake.media_parameters import EditMessageCaption
from halfminute.plugins.telegram.fake.parameters import (
    DeleteBusinessMessages,
    EditMessageText,
    GetBusinessConnection,
    ReadBusinessMessage,
    ReplyParameters,
)
from halfminute.plugins.telegram.fake.refusals import bad_request, forbidden
from halfminute.plugins.telegram.fake.updates import Updates
from halfminute.plugins.telegram.fake.world import Bot, World

# "in the private chats that had incoming messages in the last 24 hours"
WINDOW_SECONDS: Final = 24 * 3600
# "1-100" (https://core.telegram.org/bots/api#deletebusinessmessages)
_MOST_DELETED: Final = 100


class BusinessChats:
    """The methods. Ordered faults of sends befall them as well."""

    def __init__(
        self, world: World, updates: Updates, limits: Limits, faults: Faults, arrivals: Arrivals
    ) -> None:
        self._world = world
        self._updates = updates
        self._limits = limits
        self._faults = faults
        self._arrivals = arrivals

    async def get_business_connection(self, bot: Bot, parameters: GetBusinessConnection) -> Any:
        """https://core.telegram.org/bots/api#getbusinessconnection"""
        put = _find(bot, parameters.business_connection_id)
        return objects.business_connection(self._world.subscribers[put.owner_id], put)

    async def send(
        self,
        bot: Bot,
        connection_id: str,
        chat_id: int | str,
        make_contents: Callable[[], Sequence[dict[str, Any]]],
        reply: ReplyParameters | None,
    ) -> list[dict[str, Any]]:
        """Sends what is checked already, and told once it is sure to be sent.

        The bot hears its own messages too.
        """
        put = _require(bot, connection_id, "can_reply")
        number, chat = self._require_open_chat(bot, put, chat_id)
        reply_to = _reply_to(chat, reply)
        self._limits.take(bot.id, number, time.monotonic())
        fault = self._faults.begin_send(bot.id)
        written = [
            self.write(bot, put, number, "bot", content, reply_to) for content in make_contents()
        ]
        await end_send(fault)
        return [objects.business_message(self._world, bot, each) for each in written]

    def show_action(self, bot: Bot, connection_id: str, chat_id: int | str) -> int:
        """Shows what the bot is doing there; the chat's number."""
        put = _require(bot, connection_id, "can_reply")
        number, _chat = self._require_open_chat(bot, put, chat_id)
        self._limits.take(bot.id, number, time.monotonic())
        return number

    async def edit(
        self,
        bot: Bot,
        parameters: EditMessageText | EditMessageCaption,
        make_content: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> Any:
        """Changes what the bot has sent there; `make_content` is given what stands there now."""
        put = _require(bot, parameters.business_connection_id or "", "can_reply")
        if parameters.chat_id is None or parameters.message_id is None:
            raise bad_request("message identifier is not specified")
        number = _number(parameters.chat_id)
        chat = bot.business.chats.get((put.owner_id, number))
        old = chat.messages.get(parameters.message_id) if chat is not None else None
        if old is None:
            raise bad_request("message to edit not found")
        if old.author != "bot":
            raise bad_request("message can't be edited")
        content = make_content(old.content)
        if content == old.content:
            raise bad_request("message is not modified")
        self._limits.take(bot.id, number, time.monotonic())
        fault = self._faults.begin_send(bot.id)
        self.change(bot, put, number, old.message_id, content)
        await end_send(fault)
        changed = bot.business.chats[put.owner_id, number].messages[old.message_id]
        return objects.business_message(self._world, bot, changed)

    async def delete_business_messages(self, bot: Bot, parameters: DeleteBusinessMessages) -> bool:
        """https://core.telegram.org/bots/api#deletebusinessmessages; all of one chat."""
        put = _require(bot, parameters.business_connection_id, None)
        ids = parameters.message_ids
        if not 1 <= len(ids) <= _MOST_DELETED:
            raise bad_request("wrong number of messages to delete specified")
        chat_id, found = _find_messages(bot, put.owner_id, ids)
        if not found:
            raise bad_request("message to delete not found")
        if not put.rights.get("can_delete_all_messages"):
            is_own = all(each.author == "bot" for each in found)
            if not (put.rights.get("can_delete_sent_messages") and is_own):
                raise forbidden("BOT_ACCESS_FORBIDDEN")
        self._limits.take(bot.id, chat_id, time.monotonic())
        fault = self._faults.begin_send(bot.id)
        self.delete(bot, put, chat_id, [each.message_id for each in found])
        await end_send(fault)
        return True

    async def read_business_message(self, bot: Bot, parameters: ReadBusinessMessage) -> bool:
        """https://core.telegram.org/bots/api#readbusinessmessage; an incoming message."""
        put = _require(bot, parameters.business_connection_id, "can_read_messages")
        number, chat = self._require_open_chat(bot, put, parameters.chat_id)
        message = chat.messages.get(parameters.message_id)
        if message is None or message.author != "customer":
            raise bad_request("MESSAGE_ID_INVALID")
        self._world.record(
            BusinessChatRead(
                bot_id=bot.id,
                owner_id=put.owner_id,
                chat_id=number,
                message_id=message.message_id,
            )
        )
        return True

    def write(  # noqa: PLR0917 - one message's worth of values
        self,
        bot: Bot,
        put: ConnectionPut,
        chat_id: int,
        author: str,
        content: dict[str, Any],
        reply_to: int | None = None,
    ) -> BusinessMessageWritten:
        """A message of any of the three, of which the bot is told if it is connected."""
        written = BusinessMessageWritten(
            bot_id=bot.id,
            connection_id=put.connection_id,
            owner_id=put.owner_id,
            chat_id=chat_id,
            message_id=bot.last_message_id + 1,
            author=author,
            at=self._world.now(),
            content=content,
            reply_to=reply_to,
        )
        self._world.record(written)
        self._tell(
            bot,
            put,
            "business_message",
            chat_id,
            objects.business_message(self._world, bot, written),
        )
        self._arrivals.notify(bot.id, chat_id)
        return written

    def change(
        self, bot: Bot, put: ConnectionPut, chat_id: int, message_id: int, content: dict[str, Any]
    ) -> None:
        """Other words for a message."""
        self._world.record(
            BusinessMessageChanged(
                bot_id=bot.id,
                owner_id=put.owner_id,
                chat_id=chat_id,
                message_id=message_id,
                at=self._world.now(),
                content=content,
            )
        )
        changed = bot.business.chats[put.owner_id, chat_id].messages[message_id]
        changed = msgspec.structs.replace(changed, connection_id=put.connection_id)
        body = objects.business_message(self._world, bot, changed)
        self._tell(bot, put, "edited_business_message", chat_id, body)

    def delete(self, bot: Bot, put: ConnectionPut, chat_id: int, message_ids: list[int]) -> None:
        """Messages are taken away, by whomever."""
        self._world.record(
            BusinessMessagesDeleted(
                bot_id=bot.id,
                owner_id=put.owner_id,
                chat_id=chat_id,
                message_ids=tuple(message_ids),
            )
        )
        body = {
            "business_connection_id": put.connection_id,
            "chat": objects.private_chat(self._world.subscribers[chat_id]),
            "message_ids": message_ids,
        }
        self._tell(bot, put, "deleted_business_messages", chat_id, body)

    def _tell(
        self, bot: Bot, put: ConnectionPut, kind: str, chat_id: int, body: dict[str, Any]
    ) -> None:
        if put.is_enabled:
            self._updates.queue(bot, kind, chat_id, body)

    def _require_open_chat(
        self, bot: Bot, put: ConnectionPut, chat_id: int | str
    ) -> tuple[int, BusinessChat]:
        number = _number(chat_id)
        chat = bot.business.chats.get((put.owner_id, number))
        if chat is None or self._world.now() - chat.heard_at >= WINDOW_SECONDS:
            raise bad_request("BUSINESS_PEER_INVALID")
        return number, chat


def _find(bot: Bot, connection_id: str) -> ConnectionPut:
    put = bot.business.connections.get(connection_id)
    if put is None:
        raise bad_request("business connection not found")
    return put


def _require(bot: Bot, connection_id: str, right: str | None) -> ConnectionPut:
    put = _find(bot, connection_id)
    if not put.is_enabled:
        raise bad_request("BUSINESS_CONNECTION_INVALID")
    if right is not None and not put.rights.get(right):
        raise forbidden("BOT_ACCESS_FORBIDDEN")
    return put


def _find_messages(
    bot: Bot, owner_id: int, ids: list[int]
) -> tuple[int, list[BusinessMessageWritten]]:
    for (owner, chat_id), chat in bot.business.chats.items():
        found = [chat.messages[each] for each in ids if each in chat.messages]
        if owner == owner_id and found:
            return chat_id, found
    return 0, []


def _number(chat_id: int | str) -> int:
    try:
        return int(chat_id)
    except ValueError:
        raise bad_request("chat not found") from None


def _reply_to(chat: BusinessChat, reply: ReplyParameters | None) -> int | None:
    if reply is None or reply.message_id is None:
        return None
    if reply.message_id in chat.messages:
        return reply.message_id
    if reply.allow_sending_without_reply:
        return None
    raise bad_request("message to be replied not found")
