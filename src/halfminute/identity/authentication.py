"""Finds out who sends a request: the user whose session the cookie names, or a program.

A program says `Authorization: Bearer` (RFC 6750, 2.1), and then no cookie counts: what a browser
adds by itself must not lend a user's rights to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie

from litestar.types import ASGIApp, Receive, Scope, Send

from halfminute.identity.api_tokens import ApiTokens, read_bearer
from halfminute.identity.sessions import COOKIE, Sessions
from halfminute.kit.errors import NotSignedIn


class AuthenticationMiddleware:
    """Puts the principal into the scope as `user`, or None; guards decide whether that will do."""

    def __init__(self, app: ASGIApp, sessions: Sessions, api_tokens: ApiTokens) -> None:
        """For `middleware=[DefineMiddleware(AuthenticationMiddleware, sessions=..., ...)]`."""
        self._app = app
        self._api_tokens = api_tokens
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look the session up and go on. Raises DatabaseUnavailable."""
        scope["user"] = None
        bearer = read_bearer(scope["headers"])
        token = read_session_cookie(scope["headers"])
        with suppress(NotSignedIn):
            if bearer is not None:
                scope["user"] = await self._api_tokens.get_principal(bearer)
            elif token is not None:
                scope["user"] = await self._sessions.get_principal(token)
        await self._app(scope, receive, send)


def read_session_cookie(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The session's token among raw headers, if there is one."""
    for name, value in headers:
        if name.lower() == b"cookie" and COOKIE.encode() in value:
            try:
                morsel = SimpleCookie(value.decode("latin-1")).get(COOKIE)
            except CookieError:
                continue
            if morsel is not None and morsel.value:
                return morsel.value
    return None
