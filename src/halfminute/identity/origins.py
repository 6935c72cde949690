"""Refuses what another site's page asks a browser to do in the user's name.

A browser names the page's origin in every unsafe request and in every WebSocket handshake
(Fetch, 3.2; RFC 6455, 10.2), and a page cannot change it. SameSite cookies are the second wall.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from litestar.types import ASGIApp, Receive, Send

from halfminute.identity.api_tokens import read_bearer
from halfminute.identity.errors import ForeignOrigin
from halfminute.kit.settings import Settings

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_Headers = Iterable[tuple[bytes, bytes]]


class Origins:
    """The origins whose pages may act here."""

    def __init__(self, allowed: Iterable[str]) -> None:
        """`allowed` are origins or addresses: `https://desk.example.org/...`."""
        self._allowed = frozenset(map(_origin, allowed))

    def is_allowed(self, headers: _Headers, *, may_be_absent: bool = False) -> bool:
        """Whether a request with these headers comes from a page of ours.

        Without an Origin the browser's Sec-Fetch-Site decides. Programs that send neither are let
        through only where `may_be_absent`: where no cookie speaks for somebody else.
        """
        origins = _values(headers, b"origin")
        if origins:
            return len(origins) == 1 and origins[0].lower() in self._allowed
        site = _values(headers, b"sec-fetch-site")
        return site == ["same-origin"] or (may_be_absent and not site)


def origin_of(headers: _Headers) -> str:
    """The origin that a request names; "" for none."""
    return next(iter(_values(headers, b"origin")), "").lower()


def allowed_origins(settings: Settings) -> Origins:
    """Our public address, and this machine's own names at our port."""
    local = (f"http://{name}:{settings.port}" for name in ("localhost", "127.0.0.1", "[::1]"))
    return Origins([settings.base_url, *local])


class OriginMiddleware:
    """Answers unsafe HTTP requests of foreign pages with 403."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        """For `middleware=[DefineMiddleware(OriginMiddleware, origins=origins)]`."""
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass on what may pass. Raises ForeignOrigin."""
        is_unsafe = scope["type"] == "http" and scope["method"] not in _SAFE_METHODS
        # A program's token is in no browser, so no page has it sent; beside it no cookie counts.
        is_program = read_bearer(scope["headers"]) is not None
        if is_unsafe and not self._origins.is_allowed(scope["headers"], may_be_absent=is_program):
            raise ForeignOrigin
        await self._app(scope, receive, send)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    default_port = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(default_port)}"


def _values(headers: _Headers, name: bytes) -> list[str]:
    return [value.decode("latin-1").strip() for key, value in headers if key.lower() == name]
