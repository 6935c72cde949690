"""aiogram's way to the server, which tells what broke before a request was written from after.

There is no idempotency key in the Bot API. A call that broke before it was written may be repeated;
one that broke afterwards may have been carried out. aiogram's own session does not tell, and it
parses updates where we keep them raw, so this one takes its place (`BaseSession` is made for that).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any, Final, cast

import aiohttp
import msgspec
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import GetUpdates, TelegramMethod
from aiogram.methods.base import TelegramType

from halfminute.plugins.telegram.uploading import multipart_of, seconds_for
from halfminute.sdk.errors import ProviderError

CONNECT_SECONDS: Final = 10.0
CALL_SECONDS: Final = 30.0
CHUNK_SIZE: Final = 65536

_ENCODER: Final = msgspec.json.Encoder()


class CallBroken(TelegramNetworkError):
    """The connection failed, or was too slow; `is_written` if Telegram may have the request."""

    def __init__(
        self,
        method: TelegramMethod[Any],
        message: str,
        *,
        is_written: bool,
        fault: ProviderError | None = None,
    ) -> None:
        """`fault` is ours, where a file could not be read."""
        super().__init__(method=method, message=message)
        self.is_written = is_written
        self.fault = fault


class AnswerGarbled(TelegramNetworkError):
    """An answer that is not the Bot API's, from something in between or from a newer version."""

    def __init__(self, method: TelegramMethod[Any], status: int) -> None:
        super().__init__(method=method, message=f"an answer of status {status} makes no sense")
        self.status = status


class _RawUpdates(msgspec.Struct):
    """A successful answer of getUpdates, each update in its own bytes."""

    result: list[msgspec.Raw]


class TelegramSession(BaseSession):
    """Calls methods over one pool of connections: by JSON, and by multipart with files."""

    _http: aiohttp.ClientSession | None = None

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - the signature is aiogram's
    ) -> TelegramType:
        """Calls one method; raises aiogram's errors, CallBroken and AnswerGarbled."""
        status, content = await self._post(bot, method, timeout)
        return cast("TelegramType", self._read_answer(bot, method, status, content))

    async def get_updates(self, bot: Bot, method: GetUpdates, seconds: float) -> list[bytes]:
        """The updates as Telegram wrote them, byte for byte."""
        status, content = await self._post(bot, method, seconds)
        if status != 200:
            self._read_answer(bot, method, status, content)
        try:
            answer = msgspec.json.decode(content, type=_RawUpdates)
        except msgspec.DecodeError:
            raise AnswerGarbled(method, status) from None
        return [bytes(each) for each in answer.result]

    async def close(self) -> None:
        """Ends all connections."""
        if self._http is not None:
            await self._http.close()

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - the signature is aiogram's
        chunk_size: int = CHUNK_SIZE,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """The body of a file's address, in pieces."""
        limits = aiohttp.ClientTimeout(connect=CONNECT_SECONDS, sock_read=timeout)
        async with self._open().get(
            url, headers=headers, timeout=limits, raise_for_status=raise_for_status
        ) as response:
            async for chunk in response.content.iter_chunked(chunk_size):
                yield chunk

    async def _post(
        self, bot: Bot, method: TelegramMethod[Any], seconds: float | None
    ) -> tuple[int, bytes]:
        progress = SimpleNamespace(is_written=False, has_files=False, fault=None)
        files: dict[str, Any] = {}
        fields = self._prepare(bot, method, files)
        progress.has_files = bool(files)
        limit = (seconds or CALL_SECONDS) + seconds_for(list(files.values()))
        try:
            async with self._open().post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=self._multipart(fields, files, progress) if files else _ENCODER.encode(fields),
                headers={} if files else {"Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=limit, connect=CONNECT_SECONDS),
                allow_redirects=False,
                trace_request_ctx=progress,
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            words = type(error).__name__
            raise CallBroken(
                method, words, is_written=progress.is_written, fault=progress.fault
            ) from None

    def _read_answer(
        self, bot: Bot, method: TelegramMethod[Any], status: int, content: bytes
    ) -> Any:
        try:
            answer = self.check_response(bot, method, status, content.decode(errors="replace"))
        except ClientDecodeError:
            raise AnswerGarbled(method, status) from None
        return answer.result

    def _prepare(
        self, bot: Bot, method: TelegramMethod[Any], files: dict[str, Any]
    ) -> dict[str, Any]:
        """The fields that say something; the bytes that they stand for go into `files`."""
        prepared = {
            name: self.prepare_value(value, bot=bot, files=files, _dumps_json=False)
            for name, value in method.model_dump(warnings=False).items()
        }
        return {name: each for name, each in prepared.items() if each is not None}

    def _multipart(
        self, fields: dict[str, Any], files: dict[str, Any], progress: SimpleNamespace
    ) -> aiohttp.MultipartWriter:
        """Objects are JSON inside a string (https://core.telegram.org/bots/api#making-requests)."""
        words = {
            name: each if isinstance(each, str) else _ENCODER.encode(each).decode()
            for name, each in fields.items()
        }
        return multipart_of(words, files, progress)

    def _open(self) -> aiohttp.ClientSession:
        if self._http is None:
            tracing = aiohttp.TraceConfig()
            tracing.on_request_headers_sent.append(_mark_written)
            self._http = aiohttp.ClientSession(trace_configs=[tracing])
        return self._http


async def _mark_written(
    _session: aiohttp.ClientSession,
    context: SimpleNamespace,
    _params: aiohttp.TraceRequestHeadersSentParams,
) -> None:
    progress = context.trace_request_ctx
    # What carries files is not written before its body is.
    if progress is not None and not progress.has_files:
        progress.is_written = True
