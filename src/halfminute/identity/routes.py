"""Signing in and out, and what the signed-in user is told of itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from halfminute.identity.actions.set_language import set_language
from halfminute.identity.actions.sign_in import sign_in
from halfminute.identity.actions.sign_out import sign_out
from halfminute.identity.guards import PUBLIC, signed_in
from halfminute.identity.principals import Principal
from halfminute.identity.schemas import LanguageChoice, SessionView, SignIn, view_session
from halfminute.identity.sessions import COOKIE, LONGEST_SECONDS, Sessions
from halfminute.kit.event_log import EventLog
from halfminute.kit.http.context import current_request
from halfminute.kit.settings import Settings


class SessionController(Controller):
    """`/api/session`: one's own session. Needs `log`, `sessions` and `settings` as dependencies."""

    path = "/api/session"
    tags = ("session",)

    @post("/", opt=PUBLIC)
    async def sign_in(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[SignIn],
        log: NamedDependency[EventLog],
        sessions: NamedDependency[Sessions],
        settings: NamedDependency[Settings],
    ) -> Response[SessionView]:
        """Open a session; its token comes as a cookie that scripts cannot read."""
        opened = await sign_in(
            log,
            email=data.email,
            password=data.password,
            ip=current_request().ip,
            user_agent=request.headers.get("user-agent", ""),
        )
        principal = await sessions.get_principal(opened.token)
        cookie = replace(_cookie(settings), value=opened.token, max_age=int(LONGEST_SECONDS))
        return Response(view_session(principal), cookies=[cookie])

    @get("/", guards=[signed_in])
    async def show(self, principal: NamedDependency[Principal]) -> SessionView:
        """Who is signed in."""
        return view_session(principal)

    @delete("/", guards=[signed_in], status_code=HTTP_204_NO_CONTENT)
    async def sign_out(
        self,
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
        sessions: NamedDependency[Sessions],
        settings: NamedDependency[Settings],
    ) -> Response[None]:
        """End the session, on every screen that uses it."""
        await sign_out(log, principal)
        if principal.session_id is not None:
            sessions.forget([principal.session_id])
        return Response(None, cookies=[replace(_cookie(settings), value="", max_age=0)])

    @put("/language", guards=[signed_in])
    async def set_language(
        self,
        principal: NamedDependency[Principal],
        data: JSONBody[LanguageChoice],
        log: NamedDependency[EventLog],
        sessions: NamedDependency[Sessions],
    ) -> LanguageChoice:
        """Remember the language of one's screens."""
        await set_language(log, principal, data.language)
        if principal.session_id is not None:
            sessions.forget([principal.session_id])
        return data


def _cookie(settings: Settings) -> Cookie:
    return Cookie(key=COOKIE, path="/", httponly=True, samesite="lax", secure=settings.is_secure)
