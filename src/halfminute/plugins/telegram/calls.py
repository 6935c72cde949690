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
    DeleteBusinessMessages,
    DeleteMessage,
    DeleteMessages,
    DeleteWebhook,
    EditMessageCaption,
    EditMessageText,
    GetBusinessConnection,
    GetFile,
    GetMe,
    GetStickerSet,
    GetUpdates,
    GetWebhookInfo,
    ReadBusinessMessage,
    SendAnimation,
    SendAudio,
    SendChatAction,
    SendDocument,
    SendLocation,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendSticker,
    SendVenue,
    SendVideo,
    SendVideoNote,
    SendVoice,
    SetWebhook,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import BusinessConnection, File, Message, StickerSet, User, WebhookInfo

from halfminute.plugins.telegram.failures import failure_of
from halfminute.plugins.telegram.media import Call, Upload
from halfminute.plugins.telegram.session import TelegramSession
from halfminute.plugins.telegram.translate import ALLOWED_UPDATES
from halfminute.plugins.telegram.uploading import StoredFile
from halfminute.sdk.errors import FileExpired, ProviderError, StickerSetNotFound

# How long an answer may take beyond the wait that we asked for.
_GRACE_SECONDS: Final = 10
# https://core.telegram.org/bots/api#setwebhook, max_connections; the default
_WEBHOOK_CONNECTIONS: Final = 40
# How Telegram says that a change was made before (telegram-bot-api, Client.cpp).
_NO_SUCH_SET: Final = "STICKERSET_INVALID"
_CHANGED_ALREADY: Final = ("message is not modified", "message to delete not found")

_METHODS: Final[dict[str, type[TelegramMethod[Any]]]] = {
    method.__api_method__: method
    for method in (
        SendMessage,
        SendPhoto,
        SendVideo,
        SendAudio,
        SendVoice,
        SendVideoNote,
        SendAnimation,
        SendDocument,
        SendMediaGroup,
        SendSticker,
        SendLocation,
        SendVenue,
        EditMessageText,
        EditMessageCaption,
        DeleteMessage,
        DeleteMessages,
        DeleteBusinessMessages,
        ReadBusinessMessage,
        SendChatAction,
    )
}


class BotApi:
    """One bot at one Bot API server. Never shows its token."""

    def __init__(self, base_url: str, token: str) -> None:
        self._session = TelegramSession(api=TelegramAPIServer.from_base(base_url))
        self._bot = Bot(token, session=self._session)

    async def get_me(self) -> User:
        """https://core.telegram.org/bots/api#getme"""
        return await self._call(GetMe(), is_repeatable=True)

    async def send(self, call: Call) -> list[Message]:
        """One call that makes messages, in their order. It is never made twice."""
        result = await self._follow(call, is_repeatable=False)
        return result if isinstance(result, list) else [result]

    async def change(self, call: Call) -> None:
        """A call that does no harm when repeated; that it was made before is no error."""
        try:
            await self._follow(call, is_repeatable=True)
        except ProviderError as error:
            if not any(words in error.reason for words in _CHANGED_ALREADY):
                raise

    async def get_sticker_set(self, name: str) -> StickerSet:
        """https://core.telegram.org/bots/api#getstickerset. Raises StickerSetNotFound too."""
        try:
            return await self._call(GetStickerSet(name=name), is_repeatable=True)
        except ProviderError as error:
            if _NO_SUCH_SET not in error.reason:
                raise
            failure = StickerSetNotFound(error.reason)
        raise failure

    async def get_business_connection(self, connection_id: str) -> BusinessConnection:
        """https://core.telegram.org/bots/api#getbusinessconnection"""
        method = GetBusinessConnection(business_connection_id=connection_id)
        return await self._call(method, is_repeatable=True)

    async def set_webhook(self, url: str, secret: str) -> None:
        """https://core.telegram.org/bots/api#setwebhook"""
        method = SetWebhook(
            url=url,
            secret_token=secret,
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=_WEBHOOK_CONNECTIONS,
        )
        await self._call(method, is_repeatable=True)

    async def get_webhook_info(self) -> WebhookInfo:
        """https://core.telegram.org/bots/api#getwebhookinfo"""
        return await self._call(GetWebhookInfo(), is_repeatable=True)

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
        try:
            # The address in no variable: a report of a fault may tell those of every frame.
            async for chunk in self._session.stream_content(
                self._session.api.file_url(self._bot.token, file_path)
            ):
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

    async def _follow(self, call: Call, *, is_repeatable: bool) -> Any:
        """The call; once more where the chat has moved to, for then nothing was done."""
        try:
            return await self._call(_method_of(call), is_repeatable=is_repeatable)
        except _Moved as moved:
            fields = {**call.fields, "chat_id": moved.chat_id}
        return await self._call(
            _method_of(call._replace(fields=fields)), is_repeatable=is_repeatable
        )

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


def _method_of(call: Call) -> TelegramMethod[Any]:
    """The call as aiogram has it, with the bytes of files where they go."""
    fields = {name: _filled(value) for name, value in call.fields.items() if value is not None}
    return _METHODS[call.method](**fields)


def _filled(value: Any) -> Any:
    if isinstance(value, Upload):
        return StoredFile(value.file, value.name)
    if isinstance(value, list):
        return [_filled(each) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each) for name, each in value.items() if each is not None}
    return value


def _refused_file(status: int) -> ProviderError:
    if status in {404, 410}:
        return FileExpired()
    return ProviderError(
        f"the file's server answered {status}", is_retryable=status == 429 or status >= 500
    )
