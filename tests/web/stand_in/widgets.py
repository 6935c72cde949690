"""One widget and its settings; what is wrong with them is said as the real server does."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from halfminute.webchat.checking import check_settings
from halfminute.webchat.errors import InvalidWidget
from halfminute.webchat.settings import WidgetSettings
from tests.web.stand_in.here import Here, problem
from tests.web.stand_in.people import Json

router = APIRouter()


def make_widget(account_id: str) -> Json:
    """As it is before anybody has changed it."""
    settings = WidgetSettings(origins=("https://shop.example",), title="Svetlo")
    return {
        "id": account_id,
        "name": "Shop",
        "is_enabled": True,
        "settings": msgspec.to_builtins(settings),
        "revision": "1",
        "address": f"https://chat.example/widget/v1/{account_id}/loader.js",
    }


@router.get("/widget/v1/preview")
async def preview() -> Response:
    """Blank: the real one is looked at in the journeys."""
    headers = {"content-security-policy": "default-src 'none'; frame-ancestors 'self'"}
    return Response("", media_type="text/html", headers=headers)


@router.get("/api/widgets/{account_id}")
async def show(here: Here, account_id: str) -> Json:
    return here.world.widgets.setdefault(account_id, make_widget(account_id))


@router.put("/api/widgets/{account_id}")
async def configure(here: Here, account_id: str, request: Request) -> Response:
    widget = here.world.widgets.setdefault(account_id, make_widget(account_id))
    given = await request.json()
    if given.pop("revision") != widget["revision"]:
        return problem(409, "account_changed")
    try:
        settings = check_settings(msgspec.convert(given["settings"], WidgetSettings))
    except InvalidWidget as error:
        body = {"code": error.code, "message": error.message, "fields": error.fields}
        return JSONResponse(body, status_code=error.status)
    widget.update(given, settings=msgspec.to_builtins(settings))
    widget["revision"] = str(int(widget["revision"]) + 1)
    return JSONResponse(widget)


@router.post("/api/widgets/{account_id}/versions")
async def fix(account_id: str) -> Json:
    address = f"https://chat.example/widget/v1/{account_id}/0123456789abcdef/loader.js"
    return {"address": address, "integrity": "sha384-abc"}
