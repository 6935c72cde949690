"""The calls of the Bot API that we make, by aiogram; every failure comes out as ProviderError.

Apart from the client because importing aiogram takes seconds and a hundred megabytes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramMigrateToChat
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteWebhook,
    EditMessageText,
    GetFile,
    GetMe,
    GetUpdates,
    SendMessage,
    SetWebhook,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import File, MessageEntity, ReplyParameters, User

from halfminute.plugins.telegram.failures import failure_of
from halfminute.plugins.telegram.outgoing import (
    EditFields,
    EntityFields,
    MessagePlace,
    TextFields,
)
from halfminute.plugins.telegram.session import TelegramSession
from halfminute.plugins.telegram.translate import ALLOWED_UPDATES
from halfminute.sdk.errors import FileExpired, ProviderError

# How long an answer may take beyond the wait that we asked for.
_GRACE_SECONDS: Final = 10
# https://core.telegram.org/bots/api#setwebhook, max_connections; the default
_WEBHOOK_CONNECTIONS: Final = 40
# How Telegram says that a change was made before (telegram-bot-api, Client.cpp).
_EDITED_ALREADY: Final = "message is not modified"
_DELETED_ALREADY: Final = "message to delete not found"


class BotApi:
    """One bot at one Bot API server. Never shows its token."""

    def __init__(self, base_url: str, token: str) -> None:
        self._session = TelegramSession(api=TelegramAPIServer.from_base(base_url))
        self._bot = Bot(token, session=self._session)

    async def get_me(self) -> User:
        """https://core.telegram.org/bots/api#getme"""
        return await self._call(GetMe(), is_repeatable=True)

    async def send_message(self, fields: TextFields) -> int:
        """https://core.telegram.org/bots/api#sendmessage; the number of the new message."""
        try:
            sent = await self._call(_send_message(fields, fields.chat_id), is_repeatable=False)
        except _Moved as moved:
            chat_id = moved.chat_id
        else:
            return sent.message_id
        sent = await self._call(_send_message(fields, chat_id), is_repeatable=False)
        return sent.message_id

    async def edit_message_text(self, fields: EditFields) -> None:
        """https://core.telegram.org/bots/api#editmessagetext; by entities, as it was sent."""
        method = EditMessageText(
            chat_id=fields.chat_id,
            message_id=fields.message_id,
            text=fields.text,
            parse_mode=None,
            entities=[_entity(each) for each in fields.entities] or None,
        )
        await self._call_until_true(method, _EDITED_ALREADY)

    async def delete_message(self, place: MessagePlace) -> None:
        """https://core.telegram.org/bots/api#deletemessage"""
        method = DeleteMessage(chat_id=place.chat_id, message_id=place.message_id)
        await self._call_until_true(method, _DELETED_ALREADY)

    async def set_webhook(self, url: str, secret: str) -> None:
        """https://core.telegram.org/bots/api#setwebhook"""
        method = SetWebhook(
            url=url,
            secret_token=secret,
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=_WEBHOOK_CONNECTIONS,
        )
        await self._call(method, is_repeatable=True)

    async def delete_webhook(self) -> None:
        """https://core.telegram.org/bots/api#deletewebhook; what waits there stays."""
        await self._call(DeleteWebhook(drop_pending_updates=False), is_repeatable=True)

    async def get_updates(self, offset: int, wait_seconds: int) -> list[bytes]:
        """https://core.telegram.org/bots/api#getupdates; each update byte for byte."""
        method = GetUpdates(
            offset=offset or None,
            limit=100,
            timeout=wait_seconds,
            allowed_updates=list(ALLOWED_UPDATES),
        )
        try:
            return await self._session.get_updates(self._bot, method, wait_seconds + _GRACE_SECONDS)
        except AiogramError as error:
            failure = failure_of(error, is_repeatable=True)
        raise failure

    async def answer_callback_query(self, query_id: str) -> None:
        """https://core.telegram.org/bots/api#answercallbackquery; shows nothing."""
        method = AnswerCallbackQuery(callback_query_id=query_id)
        await self._call(method, is_repeatable=True)

    async def get_file(self, file_id: str) -> File:
        """https://core.telegram.org/bots/api#getfile"""
        return await self._call(GetFile(file_id=file_id), is_repeatable=True)

    async def download(self, file_path: str) -> AsyncIterator[bytes]:
        """The bytes behind a `file_path` of getFile."""
        url = self._session.api.file_url(self._bot.token, file_path)
        try:
            async for chunk in self._session.stream_content(url):
                yield chunk
            return
        except aiohttp.ClientResponseError as error:
            failure = _refused_file(error.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = ProviderError(
                f"the file's transfer broke ({type(error).__name__})", is_retryable=True
            )
        raise failure

    async def close(self) -> None:
        """Ends all connections."""
        await self._session.close()

    async def _call_until_true(self, method: TelegramMethod[Any], already: str) -> None:
        """A call that does no harm when repeated: the words `already` mean that it was made."""
        try:
            await self._call(method, is_repeatable=True)
        except ProviderError as error:
            if already not in error.reason:
                raise

    async def _call(
        self, method: TelegramMethod[TelegramType], *, is_repeatable: bool
    ) -> TelegramType:
        # Raised outside the handler: a chained error would carry the address, and so the token.
        failure: Exception
        try:
            return await self._bot(method)
        except TelegramMigrateToChat as error:
            failure = _Moved(error.migrate_to_chat_id)
        except AiogramError as error:
            failure = failure_of(error, is_repeatable=is_repeatable)
        raise failure


class _Moved(ProviderError):
    """The chat has another number now; nothing was sent."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"the chat moved to {chat_id}", is_retryable=False)
        self.chat_id = chat_id


def _send_message(fields: TextFields, chat_id: int) -> SendMessage:
    """Entities and never a parse_mode: an agent's `<` or `_` is not markup."""
    extra: dict[str, Any] = {}
    if fields.entities:
        extra["entities"] = [_entity(each) for each in fields.entities]
    if fields.reply_to_message_id is not None:
        extra["reply_parameters"] = ReplyParameters(
            message_id=fields.reply_to_message_id, allow_sending_without_reply=True
        )
    return SendMessage(chat_id=chat_id, text=fields.text, parse_mode=None, **extra)


def _entity(fields: EntityFields) -> MessageEntity:
    return MessageEntity(
        type=fields.type,
        offset=fields.offset,
        length=fields.length,
        url=fields.url,
        language=fields.language,
        custom_emoji_id=fields.custom_emoji_id,
    )


def _refused_file(status: int) -> ProviderError:
    if status in {404, 410}:
        return FileExpired()
    return ProviderError(
        f"the file's server answered {status}", is_retryable=status == 429 or status >= 500
    )
