"""One bot's connection, as the rest of Halfminute uses it."""

from __future__ import annotations

import asyncio
import functools
import importlib
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from halfminute.plugins.telegram.business import connection_of
from halfminute.plugins.telegram.content import FETCH_LIMIT
from halfminute.plugins.telegram.outgoing import (
    translate_deletion,
    translate_edit,
    translate_outgoing,
    translate_read_mark,
    translate_typing,
)
from halfminute.plugins.telegram.payloads import BusinessConnection, Key
from halfminute.plugins.telegram.presses import QUERY_ID
from halfminute.plugins.telegram.results import is_reference_refused, sent_of
from halfminute.plugins.telegram.settings import read_secrets, read_settings
from halfminute.plugins.telegram.stickers import translate_set
from halfminute.plugins.telegram.translate import ALLOWED_UPDATES
from halfminute.sdk.channel import (
    AccountIdentity,
    InboundBusinessConnection,
    ListedStickerSet,
    Outgoing,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingReadMark,
    OutgoingTyping,
    Sent,
    Webhook,
)
from halfminute.sdk.errors import FileTooLarge, InvalidAccount, ProviderError

if TYPE_CHECKING:
    from halfminute.plugins.telegram.calls import BotApi

_KEYS: Final = msgspec.json.Decoder(Key)
# "query is too old and response timeout expired or query ID is invalid", as the server has it for
# QUERY_ID_INVALID (telegram-bot-api, Client.cpp).
_QUERY_OVER: Final = ("query is too old", "QUERY_ID_INVALID")


class TelegramClient:
    """Implements `halfminute.sdk.channel.ChannelClient`; every call may raise ProviderError."""

    def __init__(self, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Raises InvalidAccount; opens no connection before the first call."""
        self._settings = read_settings(settings)
        self._secrets = read_secrets(secrets)
        self._api: BotApi | None = None
        _load_calls()

    def __repr__(self) -> str:
        return f"TelegramClient({self._settings.api_base_url!r}, {self._settings.username!r})"

    async def prepare(self) -> None:
        """Waits until aiogram is imported."""
        await self._open()

    async def check(self) -> AccountIdentity:
        """Asks Telegram who the bot is."""
        user = await (await self._open()).get_me()
        return AccountIdentity(
            name=user.full_name, username=user.username, external_id=str(user.id)
        )

    async def send(self, outgoing: Outgoing) -> Sent:
        """Sends once; an error that `is_ambiguous` may have been a success.

        Where Telegram does not know a file any more by what it called it, nothing was sent: the
        file goes up anew, once.
        """
        call = translate_outgoing(outgoing)
        api = await self._open()
        try:
            return sent_of(call, await api.send(call))
        except ProviderError as error:
            if not call.has_references or not is_reference_refused(error):
                raise
        call = translate_outgoing(outgoing, uses_references=False)
        return sent_of(call, await api.send(call))

    async def acknowledge(self, reference: Mapping[str, Any]) -> None:
        """Answers a button's press, which ends its turning; one that is over is left at that."""
        try:
            await (await self._open()).answer_callback_query(str(reference[QUERY_ID]))
        except ProviderError as error:
            if not any(words in error.reason for words in _QUERY_OVER):
                raise

    async def edit(self, edit: OutgoingEdit) -> None:
        """Puts new words in the place of the old; that they stand there already is no error."""
        await (await self._open()).change(translate_edit(edit))

    async def delete(self, deletion: OutgoingDeletion) -> None:
        """Takes a message back; that it is gone already is no error."""
        await (await self._open()).change(translate_deletion(deletion))

    async def show_typing(self, typing: OutgoingTyping) -> None:
        """Shows for up to five seconds that somebody types."""
        await (await self._open()).change(translate_typing(typing))

    async def list_sticker_set(self, name: str) -> ListedStickerSet:
        """A set by its name; raises StickerSetNotFound too."""
        return translate_set(await (await self._open()).get_sticker_set(name))

    async def mark_read(self, mark: OutgoingReadMark) -> None:
        """Marks the customer's message, and all before it, as read in the owner's chat."""
        await (await self._open()).change(translate_read_mark(mark))

    async def find_business_connection(self, external_id: str) -> InboundBusinessConnection | None:
        """Asks Telegram; None for a connection that it does not know, or not any more."""
        try:
            found = await (await self._open()).get_business_connection(external_id)
        except ProviderError as error:
            if error.refusal == "connection_ended":
                return None
            raise
        told = found.model_dump(mode="json", exclude_none=True)
        told["date"] = int(found.date.timestamp())
        return connection_of(msgspec.convert(told, BusinessConnection))

    async def set_webhook(self, url: str) -> None:
        """Has Telegram bring updates to `url`, with our secret in a header."""
        if not self._secrets.webhook_secret:
            raise InvalidAccount("the account has no webhook_secret", field="webhook_secret")
        await (await self._open()).set_webhook(url, self._secrets.webhook_secret)

    async def find_webhook(self) -> Webhook | None:
        """Where Telegram brings updates; not current if it was asked for fewer kinds."""
        info = await (await self._open()).get_webhook_info()
        if not info.url:
            return None
        # None is not "all": message_reaction is among those that must be named.
        is_current = set(info.allowed_updates or ()) == set(ALLOWED_UPDATES)
        return Webhook(url=info.url, is_current=is_current)

    async def delete_webhook(self) -> None:
        """Has Telegram keep its updates for polling."""
        await (await self._open()).delete_webhook()

    async def poll(self, offset: int, wait_seconds: int = 25) -> tuple[list[bytes], int]:
        """Up to 100 raw updates and the next offset; asking with that offset acknowledges them."""
        updates = await (await self._open()).get_updates(offset, wait_seconds)
        try:
            numbers = [_KEYS.decode(raw).update_id for raw in updates]
        except msgspec.MsgspecError:
            raise ProviderError("updates without numbers", is_retryable=True) from None
        return updates, max(numbers, default=offset - 1) + 1

    async def fetch_file(self, source: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """The bytes of a file, at most 20 MB; raises FileTooLarge and FileExpired too."""
        api = await self._open()
        file = await api.get_file(str(source.get("file_id", "")))
        if (file.file_size or 0) > FETCH_LIMIT:
            raise FileTooLarge
        if not file.file_path:
            raise ProviderError("Telegram gives no address for the file", is_retryable=True)
        size = 0
        async for chunk in api.download(file.file_path):
            size += len(chunk)
            if size > FETCH_LIMIT:
                raise FileTooLarge
            yield chunk

    async def close(self) -> None:
        """Ends the connection."""
        if self._api is not None:
            await self._api.close()

    async def _open(self) -> BotApi:
        if self._api is None:
            calls = await asyncio.shield(asyncio.wrap_future(_load_calls()))
            if self._api is None:
                made = calls.BotApi(self._settings.api_base_url, self._secrets.token)
                self._api = cast("BotApi", made)
        return self._api


@functools.cache
def _load_calls() -> Future[ModuleType]:
    """Imports aiogram, once and in a thread of its own, begun before the first call needs it.

    It takes seconds, in which the event loop must go on: leases would be lost and sockets die.
    """
    with_one_thread = ThreadPoolExecutor(1, thread_name_prefix="import-aiogram")
    loading = with_one_thread.submit(importlib.import_module, "halfminute.plugins.telegram.calls")
    with_one_thread.shutdown(wait=False)
    return loading
