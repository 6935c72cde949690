"""The channel accounts, and new tokens for them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from tests.web.stand_in.here import Here, problem
from tests.web.stand_in.people import Json, instant, rfc

router = APIRouter()


@router.get("/api/channel-accounts")
async def list_accounts(here: Here) -> Json:
    label = {
        "name": "token",
        "labels": {"en": "Token from @BotFather", "ru": "Токен от @BotFather"},
    }
    return {"items": here.world.accounts, "secrets": {"telegram": [label]}}


@router.put("/api/channel-accounts/{account_id}/secrets")
async def replace(here: Here, account_id: str, request: Request) -> Response:
    token = (await request.json())["secrets"]["token"]
    [account] = [each for each in here.world.accounts if each["id"] == account_id]
    if token.startswith("8:"):
        refusal = problem(400, "another_account")
        fields = {
            "present": {"external_id": "7", "username": account["username"]},
            "given": {"external_id": "8", "username": "rival_bot"},
        }
        body = {"code": "another_account", "message": "These are another's.", "fields": fields}
        return JSONResponse(body, status_code=refusal.status_code)
    account.update(health="ok", health_detail="", health_at=rfc(instant()))
    return JSONResponse(account)
