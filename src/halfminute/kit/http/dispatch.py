"""Hands a connection to the part that serves its path, before any framework is asked.

Sockets and hooks are many and have no use for what a framework does around each request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar.types import ASGIApp


class Dispatch:
    """An ASGI application made of several."""

    def __init__(
        self,
        otherwise: ASGIApp,
        *,
        sockets: Mapping[str, ASGIApp],
        prefixes: Mapping[str, ASGIApp],
    ) -> None:
        """`sockets` by their exact path, HTTP by the `prefixes` of its path, the rest otherwise."""
        self._otherwise = otherwise
        self._sockets = dict(sockets)
        self._prefixes = tuple(prefixes.items())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hand on."""
        await self._choose(scope)(scope, receive, send)

    def _choose(self, scope: Any) -> ASGIApp:
        if scope["type"] == "websocket":
            return self._sockets.get(scope["path"], _refuse_socket)
        if scope["type"] == "http":
            for prefix, app in self._prefixes:
                if scope["path"].startswith(prefix):
                    return app
        return self._otherwise


async def _refuse_socket(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 1008})
