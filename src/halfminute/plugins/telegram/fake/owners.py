"""What owners of business accounts and their customers do, and what the bot is told of it."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from halfminute.plugins.telegram.fake import objects
from halfminute.plugins.telegram.fake.business import BusinessChats
from halfminute.plugins.telegram.fake.business_world import BusinessChat
from halfminute.plugins.telegram.fake.buttons import press_button
from halfminute.plugins.telegram.fake.facts import BusinessMessageWritten, ConnectionPut
from halfminute.plugins.telegram.fake.refusals import Refusal
from halfminute.plugins.telegram.fake.updates import Updates
from halfminute.plugins.telegram.fake.world import Bot, World

Author = Literal["customer", "owner"]

ALL_RIGHTS: Final = (
    "can_reply",
    "can_read_messages",
    "can_delete_sent_messages",
    "can_delete_all_messages",
)


class Owners:
    """Acts for them."""

    def __init__(self, world: World, updates: Updates, business: BusinessChats) -> None:
        self._world = world
        self._updates = updates
        self._business = business

    def connect(
        self, bot: Bot, owner_id: int, rights: dict[str, bool], *, is_told: bool = True
    ) -> ConnectionPut:
        """The owner connects the bot, by a new connection each time; the one before is over.

        Without `is_told` the update about it is on its way for ever.
        """
        self._require_person(owner_id)
        before = bot.business.find_current(owner_id)
        if before is not None and before.is_enabled:
            self.change(bot, before, is_enabled=False, is_told=is_told)
        put = ConnectionPut(
            bot_id=bot.id,
            connection_id=f"bc{bot.id}_{owner_id}_{len(bot.business.connections) + 1}",
            owner_id=owner_id,
            date=int(self._world.now()),
            is_enabled=True,
            rights=rights,
        )
        return self._put(bot, put, is_told=is_told)

    def change(
        self,
        bot: Bot,
        put: ConnectionPut,
        *,
        is_enabled: bool = True,
        rights: dict[str, bool] | None = None,
        is_told: bool = True,
    ) -> ConnectionPut:
        """Other rights, or the connection's end."""
        rights = put.rights if rights is None else rights
        changed = msgspec.structs.replace(put, is_enabled=is_enabled, rights=rights)
        return self._put(bot, changed, is_told=is_told)

    def write(  # noqa: PLR0917 - one message's worth of values
        self,
        bot: Bot,
        owner_id: int,
        chat_id: int,
        author: Author,
        content: dict[str, Any],
        reply_to: int | None = None,
    ) -> BusinessMessageWritten:
        """One of the two writes to the other."""
        self._require_person(chat_id)
        put = self.current(bot, owner_id)
        return self._business.write(bot, put, chat_id, author, content, reply_to)

    def edit(
        self, bot: Bot, owner_id: int, chat_id: int, message_id: int, content: dict[str, Any]
    ) -> None:
        """One of the two changes a message; the owner may change the bot's too."""
        self.message(bot, owner_id, chat_id, message_id)
        self._business.change(bot, self.current(bot, owner_id), chat_id, message_id, content)

    def delete(self, bot: Bot, owner_id: int, chat_id: int, message_ids: list[int]) -> None:
        """One of the two takes messages away, on both sides."""
        self.chat(bot, owner_id, chat_id)
        self._business.delete(bot, self.current(bot, owner_id), chat_id, message_ids)

    def press(
        self, bot: Bot, owner_id: int, chat_id: int, message_id: int, data: str
    ) -> int | None:
        """The customer presses a button under a message of the bot's; the update's number."""
        message = self.message(bot, owner_id, chat_id, message_id)
        pressed = press_button(self._world, bot, message, data)
        body = {
            "id": pressed.query_id,
            "from": objects.person(self._world.subscribers[chat_id]),
            "message": objects.business_message(self._world, bot, message),
            "chat_instance": str(bot.id ^ chat_id),
            "data": data,
        }
        return self._updates.queue(bot, "callback_query", chat_id, body)

    def current(self, bot: Bot, owner_id: int) -> ConnectionPut:
        """The owner's connection that was made last."""
        put = bot.business.find_current(owner_id)
        if put is None:
            raise Refusal(404, f"{owner_id} has not connected the bot")
        return put

    def chat(self, bot: Bot, owner_id: int, chat_id: int) -> BusinessChat:
        """Their chat."""
        found = bot.business.chats.get((owner_id, chat_id))
        if found is None:
            raise Refusal(404, f"{owner_id} has no chat with {chat_id}")
        return found

    def message(
        self, bot: Bot, owner_id: int, chat_id: int, message_id: int
    ) -> BusinessMessageWritten:
        """A message of their chat."""
        found = self.chat(bot, owner_id, chat_id).messages.get(message_id)
        if found is None:
            raise Refusal(404, f"no message {message_id} in the chat of {owner_id} and {chat_id}")
        return found

    def _put(self, bot: Bot, put: ConnectionPut, *, is_told: bool) -> ConnectionPut:
        self._world.record(put)
        if is_told:
            owner = self._world.subscribers[put.owner_id]
            body = objects.business_connection(owner, put)
            self._updates.queue(bot, "business_connection", put.owner_id, body)
        return put

    def _require_person(self, user_id: int) -> None:
        if user_id not in self._world.subscribers:
            raise Refusal(404, f"no subscriber {user_id}")
