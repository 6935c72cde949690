"""The stand-in as one application, with the headers the real server sends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from halfminute.kit.http.security_headers import CONTENT_SECURITY_POLICY
from tests.web.stand_in import (
    accounts,
    reading,
    routing,
    session,
    sockets,
    stage,
    stickers,
    uploads,
    wallboard,
    widgets,
    writing,
)
from tests.web.stand_in.here import COOKIE, StandIn, problem

DIST = Path(__file__).parents[3] / "web" / "apps" / "desk" / "dist"


def make_app() -> FastAPI:
    app = FastAPI()
    app.state.here = StandIn()
    app.middleware("http")(_guard)
    answering = (
        session,
        uploads,
        accounts,
        widgets,
        wallboard,
        reading,
        writing,
        stickers,
        routing,
    )
    for module in (*answering, sockets, stage):
        app.include_router(module.router)
    app.mount("/", StaticFiles(directory=DIST, html=True))
    return app


async def _guard(request: Request, call_next: Any) -> Response:
    """Refuses what the stage lets fail, and everybody who has not signed in."""
    here: StandIn = request.app.state.here
    path = request.url.path
    if path.startswith("/api"):
        for pattern, status in list(here.world.failing.items()):
            if pattern in f"{request.method} {path}":
                return problem(status, f"staged_{status}")
        if path != "/api/session" and COOKIE not in request.cookies:
            return problem(401, "not_signed_in")
    response: Response = await call_next(request)
    response.headers.setdefault("content-security-policy", CONTENT_SECURITY_POLICY)
    return response
