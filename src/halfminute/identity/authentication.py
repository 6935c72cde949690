"""Finds out who sends a request: the holder of the session whose token the cookie bears."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from litestar.types import ASGIApp, Receive, Scope, Send

from halfminute.identity.sessions import COOKIE, Sessions
from halfminute.kit.errors import NotSignedIn


class AuthenticationMiddleware:
    """Puts the principal into the scope as `user`, or None; guards decide whether that will do."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        """For `middleware=[DefineMiddleware(AuthenticationMiddleware, sessions=sessions)]`."""
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look the session up and go on. Raises DatabaseUnavailable."""
        scope["user"] = None
        token = read_session_cookie(scope["headers"])
        if token is not None:
            try:
                scope["user"] = await self._sessions.get_principal(token)
            except NotSignedIn:
                scope["user"] = None
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
