"""Gives each request one id, which its log lines, its answer and its audit rows bear."""

from __future__ import annotations

import ipaddress
import re
from typing import Any, Final

import structlog
from litestar.types import ASGIApp

from halfminute.kit.http.context import RequestContext, enter_request
from halfminute.kit.ids import new_id

HEADER: Final = b"x-request-id"
# What a proxy before us may have given: printable, short, harmless in a log line.
_FIT = re.compile(rb"[A-Za-z0-9_.:-]{8,64}")


class RequestIdMiddleware:
    """The outermost layer, around everything that speaks HTTP."""

    def __init__(self, app: ASGIApp) -> None:
        """Wraps the whole application."""
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Bind the id, and send it back as `X-Request-Id`."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request_id = _given_id(scope["headers"]) or new_id().hex
        enter_request(RequestContext(request_id=request_id, ip=_ip_of(scope.get("client"))))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        pair = (HEADER, request_id.encode())

        async def send_with_id(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), pair]
            await send(message)

        await self._app(scope, receive, send_with_id)


def _ip_of(client: tuple[str, int] | None) -> str | None:
    """As PostgreSQL's inet takes it: a proxy may have told a word instead of an address."""
    try:
        return str(ipaddress.ip_address(client[0].partition("%")[0])) if client else None
    except ValueError:
        return None


def _given_id(headers: list[tuple[bytes, bytes]]) -> str | None:
    for name, value in headers:
        if name == HEADER and _FIT.fullmatch(value):
            return value.decode()
    return None
