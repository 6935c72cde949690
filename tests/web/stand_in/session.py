"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from tests.web.stand_in.here import COOKIE, Here, problem
from tests.web.stand_in.people import Json

router = APIRouter()


def _session(here: Here) -> Json:
    return {"user": here.world.user, "roles": [], "permissions": here.world.permissions}


@router.post("/api/session")
async def sign_in(here: Here, request: Request) -> Response:
    body = await request.json()
    if body["password"] != "half-minute":
        here.attempts += 1
        if here.attempts > 3:
            return problem(429, "too_many_attempts", {"retry-after": "30"})
        return problem(401, "wrong_credentials")
    response = JSONResponse(_session(here), status_code=201)
    response.set_cookie(COOKIE, "stand-in", httponly=True, samesite="lax")
    return response


@router.get("/api/session")
async def get_session(here: Here, request: Request) -> Response:
    if COOKIE not in request.cookies:
        return problem(401, "not_signed_in")
    return JSONResponse(_session(here))


@router.delete("/api/session", status_code=204)
async def sign_out(here: Here, response: Response) -> None:
    response.delete_cookie(COOKIE)


@router.put("/api/session/language")
async def set_language(here: Here, request: Request) -> Json:
    choice: Json = await request.json()
    here.world.user["language"] = choice["language"]
    return choice
