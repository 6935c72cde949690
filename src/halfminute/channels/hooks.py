"""Where providers bring their updates: `POST /hooks/{kind}/{channel_account_id}`.

A bare ASGI endpoint, for it is the busiest address of the house. The signature is over the raw
bytes, so they are never decoded here. The provider gets its 200 after the commit and never another
5xx than 503: what is answered with an error is brought again, and holds back what comes behind it
(Telegram queues per chat).
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import structlog
from litestar.types import Message, Receive, Scope, Send

from halfminute.channels.accounts import AccountBook
from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.channels.registry import ChannelRegistry
from halfminute.channels.types import ChannelAccount
from halfminute.kit.errors import HalfminuteError, InvalidRequest, Unavailable
from halfminute.kit.http.body import ClientGone, read_body
from halfminute.kit.http.errors import encode_error
from halfminute.kit.time import utc_now
from halfminute.sdk.channel import Channel
from halfminute.sdk.errors import MissingSignature, WrongSignature
from halfminute.sdk.inbox import Inbox

BODY_LIMIT: Final = 1024 * 1024
RETRY_AFTER_SECONDS: Final = 2
# How old what we know of an account may be when a signature does not fit. Forgers cannot have us
# ask the database more often.
LOOK_AGAIN_SECONDS: Final = 0.25

logger = structlog.get_logger(__name__)


class MethodNotAllowed(InvalidRequest):
    """Updates are brought by POST."""

    code = "method_not_allowed"
    status = 405


class HooksEndpoint:
    """The ASGI application under `/hooks/`."""

    def __init__(self, book: AccountBook, registry: ChannelRegistry, inbox: Inbox) -> None:
        """Updates that prove themselves are handed to `inbox`."""
        self._book = book
        self._registry = registry
        self._inbox = inbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            await self._take(scope, receive)
        except ClientGone:
            return
        except Unavailable as error:
            await _answer_error(send, error)
        except HalfminuteError as error:
            if error.status >= 500:
                logger.exception("hook_failed", path=scope["path"])
                await _answer_error(send, Unavailable())
            else:
                await _answer_error(send, error)
        except Exception:  # loud in the log; to the provider we are merely down for a moment
            logger.exception("hook_broke", path=scope["path"])
            await _answer_error(send, Unavailable())
        else:
            await _answer(send, 200, b"{}")

    async def _take(self, scope: Any, receive: Receive) -> None:
        kind, account_id = _read_path(scope["path"])
        if scope["method"] != "POST":
            raise MethodNotAllowed
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        raw = await read_body(scope, receive, limit=BODY_LIMIT)
        account = await self._book.find(account_id)
        channel = self._registry.find(kind)
        if account is None or channel is None or account.kind != kind or not account.is_enabled:
            raise ChannelAccountNotFound
        await self._verify(channel, account, headers, raw)
        await self._inbox.take_in(account_id, raw)

    async def _verify(
        self, channel: Channel, account: ChannelAccount, headers: dict[str, str], raw: bytes
    ) -> None:
        """Raises WrongSignature unless the provider sent it: by its secret, or by the one before.

        Another process may have replaced the secrets a moment ago.
        """
        try:
            _verify_by_either(channel, account, headers, raw)
        except MissingSignature:
            raise
        except WrongSignature:
            again = await self._book.find(account.id, fresh_seconds=LOOK_AGAIN_SECONDS)
            if again is None or again.secrets_revision == account.secrets_revision:
                raise
            _verify_by_either(channel, again, headers, raw)


def _verify_by_either(
    channel: Channel, account: ChannelAccount, headers: dict[str, str], raw: bytes
) -> None:
    try:
        channel.verify(headers, raw, account.secrets)
    except WrongSignature:
        if account.previous_secrets is None or not account.accepts_previous(utc_now()):
            raise
        channel.verify(headers, raw, account.previous_secrets)


def _read_path(path: str) -> tuple[str, UUID]:
    segments = path.strip("/").split("/")
    try:
        return segments[-2], UUID(segments[-1])
    except (IndexError, ValueError):
        raise ChannelAccountNotFound from None


async def _answer_error(send: Send, error: HalfminuteError) -> None:
    is_to_retry = isinstance(error, Unavailable)
    await _answer(send, error.status, encode_error(error), is_to_retry=is_to_retry)


async def _answer(send: Send, status: int, body: bytes, *, is_to_retry: bool = False) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if is_to_retry:
        headers.append((b"retry-after", str(RETRY_AFTER_SECONDS).encode()))
    start: Message = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})
