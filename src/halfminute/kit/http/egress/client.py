"""Fetches what a stranger has named, within limits of time and size."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Final, cast

import httpcore
import msgspec

from halfminute import __version__
from halfminute.kit.http.egress.connecting import (
    PinnedBackend,
    Resolve,
    choose_addresses,
    resolve_by_system,
)
from halfminute.kit.http.egress.decoding import ACCEPTED, decode
from halfminute.kit.http.egress.errors import AnswerTooLarge, EgressFailed
from halfminute.kit.http.egress.targets import Target, follow, read_target

MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one fetch may take.

    `total_seconds` is from the first name to the last byte, redirects and the caller's own work
    on the pieces among it; `idle_seconds` is between two pieces. `body_bytes` holds for the body
    as it travels and as it is unpacked.
    """

    total_seconds: float = 15.0
    connect_seconds: float = 5.0
    idle_seconds: float = 5.0
    body_bytes: int = 1024 * 1024


_USUAL: Final = Limits()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. `url` is where it came from in the end; names in `headers` are lower-case."""

    status: int
    url: str
    headers: Mapping[str, str]
    pieces: AsyncIterator[bytes]


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """An answer with its whole body."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


class Egress:
    """The way out. Keeps nothing between two fetches: no cookies, no connections."""

    def __init__(
        self,
        *,
        resolve: Resolve = resolve_by_system,
        backend: httpcore.AsyncNetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`backend` makes the connections to addresses that were checked."""
        self._resolve = resolve
        self._backend = backend or httpcore.AnyIOBackend()
        self._tls = tls

    async def fetch(self, url: str, limits: Limits = _USUAL, *, accept: str = "*/*") -> Fetched:
        """The whole answer, whatever its status.

        Raises EgressRefused, AnswerTooLarge, EgressFailed.
        """
        async with self.open(url, limits, accept=accept) as answer:
            body = b"".join([piece async for piece in answer.pieces])
        return Fetched(status=answer.status, url=answer.url, headers=answer.headers, body=body)

    @asynccontextmanager
    async def open(
        self,
        url: str,
        limits: Limits = _USUAL,
        *,
        accept: str = "*/*",
    ) -> AsyncIterator[Answer]:
        """The answer with its body in pieces, for as long as the block lasts. Raises as `fetch`."""
        try:
            async with asyncio.timeout(limits.total_seconds):
                async with self._follow(read_target(url), limits, accept) as answer:
                    yield answer
        except TimeoutError:
            raise EgressFailed("no whole answer in time", is_retryable=True) from None
        except (httpcore.TimeoutException, httpcore.NetworkError):
            raise EgressFailed("the connection failed", is_retryable=True) from None
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
            raise EgressFailed("the answer is no sound HTTP", is_retryable=False) from None

    @asynccontextmanager
    async def _follow(self, target: Target, limits: Limits, accept: str) -> AsyncIterator[Answer]:
        for _ in range(MOST_REDIRECTS + 1):
            async with self._ask(target, limits, accept) as response:
                headers = _headers_of(response)
                if response.status not in _REDIRECTS or not headers.get("location"):
                    async with aclosing(_body_of(response, headers, limits)) as pieces:
                        yield Answer(
                            status=response.status, url=target.url, headers=headers, pieces=pieces
                        )
                    return
            target = follow(target, headers["location"])
        raise EgressFailed("it redirects too often", is_retryable=False)

    @asynccontextmanager
    async def _ask(
        self, target: Target, limits: Limits, accept: str
    ) -> AsyncIterator[httpcore.Response]:
        addresses = await choose_addresses(target, self._resolve)
        connection = httpcore.AsyncHTTPConnection(
            httpcore.Origin(target.scheme.encode(), target.host.encode(), target.port),
            ssl_context=self._tls,
            network_backend=PinnedBackend(addresses, self._backend),
        )
        request = httpcore.Request(
            "GET",
            httpcore.URL(
                scheme=target.scheme.encode(),
                host=target.host.encode(),
                port=target.port,
                target=target.path.encode(),
            ),
            headers=[
                ("Host", target.authority),
                ("User-Agent", f"Halfminute/{__version__}"),
                ("Accept", accept),
                ("Accept-Encoding", ACCEPTED),
                ("Connection", "close"),
            ],
            extensions={
                "timeout": {
                    "connect": limits.connect_seconds,
                    "read": limits.idle_seconds,
                    "write": limits.idle_seconds,
                }
            },
        )
        try:
            yield await connection.handle_async_request(request)
        finally:
            await connection.aclose()


def _headers_of(response: httpcore.Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
    }


async def _body_of(
    response: httpcore.Response, headers: Mapping[str, str], limits: Limits
) -> AsyncGenerator[bytes, None]:
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limits.body_bytes:
        raise AnswerTooLarge(limit_bytes=limits.body_bytes)
    arriving = cast("AsyncIterator[bytes]", response.stream)
    async for piece in decode(
        arriving, headers.get("content-encoding", ""), limit=limits.body_bytes
    ):
        yield piece
