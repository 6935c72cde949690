"""Sets of stickers: what agents choose from, and what an administrator makes of it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from tests.web.stand_in.here import Here, problem
from tests.web.stand_in.people import Json, instant, rfc
from tests.web.stand_in.sticker_sets import sticker, sticker_set

router = APIRouter()

_PATH: Final = "/api/channel-accounts/{account_id}/sticker-sets"


@router.get(_PATH)
async def list_sets(here: Here, account_id: str) -> list[Json]:
    return here.world.sticker_sets


@router.post(_PATH)
async def add(here: Here, account_id: str, request: Request) -> Response:
    name = (await request.json())["name"].rpartition("/")[2]
    if " " in name:
        return problem(400, "invalid_sticker_set_name")
    if name == "Nobodys":
        return problem(404, "sticker_set_not_found")
    if name == "Down":
        return problem(502, "provider_error")
    made = sticker_set(name, f"All {name}", sticker(name, 0, "tgs", "🦊"))
    here.world.sticker_sets.append(made)
    return JSONResponse(made, status_code=201)


@router.post(f"{_PATH}/{{set_id}}/refresh")
async def refresh(here: Here, account_id: str, set_id: str) -> Json:
    found = next(each for each in here.world.sticker_sets if each["id"] == set_id)
    found.update(state="listed", reason="", refreshed_at=rfc(instant()))
    return found


@router.delete(f"{_PATH}/{{set_id}}", status_code=204)
async def remove(here: Here, account_id: str, set_id: str) -> None:
    kept = [each for each in here.world.sticker_sets if each["id"] != set_id]
    here.world.sticker_sets = kept


def part_of(here: Here, sticker_id: str) -> Json | None:
    """The sticker as a message shows it."""
    for found in here.world.sticker_sets:
        for each in found["stickers"]:
            if each["id"] == sticker_id:
                kept = ("format", "width", "height", "file_id", "file_state", "thumbnail_file_id")
                return {
                    "type": "sticker",
                    "emoji": each["emojis"][0],
                    "set_name": found["name"],
                    **{key: each[key] for key in kept},
                }
    return None


@router.post("/api/conversations/{conversation_id}/typing", status_code=204)
async def typing(here: Here, conversation_id: str, request: Request) -> None:
    name = here.world.conversations[conversation_id]["contact"]["name"]
    here.world.typings.append([name, (await request.json())["is_typing"]])


@router.get("/stage/typings")
async def typings(here: Here) -> list[list[object]]:
    return here.world.typings


@router.get("/stage/sticker-sets")
async def staged_sets(here: Here) -> list[Json]:
    return here.world.sticker_sets
