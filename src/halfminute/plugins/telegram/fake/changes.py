"""The methods by which a bot changes a message that is there, each as strict as its page."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from halfminute.plugins.telegram.fake import objects
from halfminute.plugins.telegram.fake.business import BusinessChats
from halfminute.plugins.telegram.fake.facts import MessageChanged, MessageDeleted, MessageWritten
from halfminute.plugins.telegram.fake.faults import Faults, end_send
from halfminute.plugins.telegram.fake.limits import Limits
from halfminute.plugins.telegram.fake.media_parameters import DeleteMessages, EditMessageCaption
from halfminute.plugins.telegram.fake.parameters import DeleteMessage, EditMessageText
from halfminute.plugins.telegram.fake.refusals import bad_request
from halfminute.plugins.telegram.fake.text import MessageEntity, check_caption, check_text
from halfminute.plugins.telegram.fake.world import Bot, Chat, World

# "A message can only be deleted if it was sent less than 48 hours ago."
# (https://core.telegram.org/bots/api#deletemessage)
DELETABLE_SECONDS: Final = 48 * 3600

# "Identifiers of 1-100 messages" (https://core.telegram.org/bots/api#deletemessages)
_MOST_DELETED: Final = 100
_WITH_CAPTION: Final = frozenset({"photo", "video", "audio", "voice", "animation", "document"})
_CAPTION: Final = frozenset({"caption", "caption_entities"})

ReachableChat = Callable[[Bot, int | str], tuple[int, Chat]]


class Changes:
    """Edits and deletions. Ordered faults of sends befall them as well."""

    def __init__(
        self,
        world: World,
        limits: Limits,
        faults: Faults,
        reachable_chat: ReachableChat,
        business: BusinessChats,
    ) -> None:
        self._world = world
        self._limits = limits
        self._faults = faults
        self._reachable_chat = reachable_chat
        self._business = business

    async def edit_message_text(self, bot: Bot, parameters: EditMessageText) -> Any:
        """https://core.telegram.org/bots/api#editmessagetext; a bot edits its own words alone."""

        def words(old: dict[str, Any]) -> dict[str, Any]:
            if "text" not in old:
                raise bad_request("there is no text in the message to edit")
            text, entities = check_text(parameters.text, parameters.entities)
            told = {"entities": msgspec.to_builtins(entities)} if entities else {}
            return {"text": text, **told}

        return await self._edit(bot, parameters, words)

    async def edit_message_caption(self, bot: Bot, parameters: EditMessageCaption) -> Any:
        """https://core.telegram.org/bots/api#editmessagecaption"""

        def words(old: dict[str, Any]) -> dict[str, Any]:
            if not _WITH_CAPTION & old.keys():
                raise bad_request("there is no caption in the message to edit")
            told = caption_content(
                parameters.caption, parameters.caption_entities, parameters.parse_mode
            )
            kept = {name: value for name, value in old.items() if name not in _CAPTION}
            return {**kept, **told}

        return await self._edit(bot, parameters, words)

    async def _edit(
        self,
        bot: Bot,
        parameters: EditMessageText | EditMessageCaption,
        words: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> Any:
        _check_simulated(parameters)
        if parameters.business_connection_id is not None:
            return await self._business.edit(bot, parameters, words)
        if parameters.chat_id is None or parameters.message_id is None:
            raise bad_request("message identifier is not specified")
        chat_id, chat = self._reachable_chat(bot, parameters.chat_id)
        old = _find_editable(chat, parameters.message_id)
        return await self._change(bot, chat_id, old, words(old.content))

    async def delete_messages(self, bot: Bot, parameters: DeleteMessages) -> bool:
        """https://core.telegram.org/bots/api#deletemessages; those that are gone are skipped."""
        chat_id, chat = self._reachable_chat(bot, parameters.chat_id)
        if not 1 <= len(parameters.message_ids) <= _MOST_DELETED:
            raise bad_request("wrong number of message identifiers")
        found = [each for each in parameters.message_ids if each in chat.messages]
        for message_id in found:
            _check_age(chat.messages[message_id])
        self._limits.take(bot.id, chat_id, time.monotonic())
        fault = self._faults.begin_send(bot.id)
        for message_id in found:
            self._world.record(
                MessageDeleted(bot_id=bot.id, chat_id=chat_id, message_id=message_id)
            )
        await end_send(fault)
        return True

    async def _change(
        self, bot: Bot, chat_id: int, old: MessageWritten, content: dict[str, Any]
    ) -> Any:
        if content == old.content:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        self._limits.take(bot.id, chat_id, time.monotonic())
        fault = self._faults.begin_send(bot.id)
        changed = MessageChanged(
            bot_id=bot.id,
            chat_id=chat_id,
            message_id=old.message_id,
            at=time.time(),
            content=content,
        )
        self._world.record(changed)
        await end_send(fault)
        changed_message = bot.chats[chat_id].messages[old.message_id]
        return objects.message(bot, self._world.subscribers[chat_id], changed_message)

    async def delete_message(self, bot: Bot, parameters: DeleteMessage) -> bool:
        """https://core.telegram.org/bots/api#deletemessage; theirs too, in a private chat."""
        chat_id, chat = self._reachable_chat(bot, parameters.chat_id)
        message = chat.messages.get(parameters.message_id)
        if message is None:
            raise bad_request("message to delete not found")
        _check_age(message)
        self._limits.take(bot.id, chat_id, time.monotonic())
        fault = self._faults.begin_send(bot.id)
        self._world.record(
            MessageDeleted(bot_id=bot.id, chat_id=chat_id, message_id=message.message_id)
        )
        await end_send(fault)
        return True


def caption_content(
    caption: str, entities: Sequence[MessageEntity], parse_mode: str | None
) -> dict[str, Any]:
    """The fields of a message that tell the words beside a file; a Refusal for too many."""
    if parse_mode:
        raise bad_request("this server parses no parse_mode: pass caption_entities")
    text, kept = check_caption(caption, entities)
    content: dict[str, Any] = {"caption": text} if text else {}
    if kept:
        content["caption_entities"] = msgspec.to_builtins(kept)
    return content


def _check_age(message: MessageWritten) -> None:
    if time.time() - message.at >= DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")


def _find_editable(chat: Chat, message_id: int) -> MessageWritten:
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.is_from_bot:
        raise bad_request("message can't be edited")
    return message


def _check_simulated(parameters: EditMessageText | EditMessageCaption) -> None:
    """Refuses, rather than passes over, what would change the message and is not simulated."""
    if parameters.inline_message_id:
        raise bad_request("MESSAGE_ID_INVALID")
    if parameters.parse_mode:
        raise bad_request("this server parses no parse_mode: pass entities")
    if parameters.reply_markup:
        raise bad_request("this server shows no reply_markup")
