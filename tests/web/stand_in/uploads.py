"""What the desk hands in, and what it has fetched once more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from halfminute.files.content import media_type_of
from tests.web.stand_in.here import Here, problem
from tests.web.stand_in.ids import uuid7_at
from tests.web.stand_in.people import Json, instant, rfc
from tests.web.stand_in.shelf import keep_file, read_file

router = APIRouter()


def _kind_of(media_type: str) -> str:
    group = media_type.split("/", maxsplit=1)[0]
    return group if group in {"image", "video", "audio"} else "file"


@router.post("/api/files")
async def upload(here: Here, request: Request, client_id: str, name: str = "") -> Response:
    for known in here.world.uploads.values():
        if known["client_id"] == client_id:
            return JSONResponse(known["view"], status_code=201)
    content = await request.body()
    media_type = media_type_of(content)
    file_id = uuid7_at(instant())
    view: Json = {
        "id": file_id,
        "state": "ready",
        "kind": _kind_of(media_type),
        "media_type": media_type,
        "size": len(content),
        "width": None,
        "height": None,
        "duration_seconds": None,
        "name": name,
        "waveform": None,
    }
    keep_file(file_id, content)
    here.world.uploads[file_id] = {"client_id": client_id, "view": view}
    return JSONResponse(view, status_code=201)


@router.delete("/api/files/{file_id}", status_code=204)
async def take_back(here: Here, file_id: str) -> None:
    here.world.uploads.pop(file_id, None)


@router.get("/api/files/{file_id}/address")
async def address(file_id: str) -> Response:
    if read_file(file_id) is None:
        return problem(404, "file_not_found")
    url = f"/api/files/{file_id}"
    return JSONResponse({"url": url, "thumbnail_url": None, "expires_at": rfc(instant(-3600))})


@router.post("/api/files/{file_id}/retry")
async def fetch_again(here: Here, file_id: str) -> Json:
    """It is there a moment later."""
    await _show(here, file_id, "pending")
    asyncio.get_running_loop().create_task(_bring(here, file_id))
    return {"id": file_id, "state": "pending"}


async def _bring(here: Here, file_id: str) -> None:
    await asyncio.sleep(here.world.change_seconds)
    await _show(here, file_id, "ready")


async def _show(here: Here, file_id: str, state: str) -> None:
    for thread in here.world.messages.values():
        for message in thread:
            parts = [_in_state(part, file_id, state) for part in message["parts"]]
            if parts != message["parts"]:
                await here.tell(here.world.put_message("FileReady", {**message, "parts": parts}))


def _in_state(part: Json, file_id: str, state: str) -> Json:
    return {**part, "file_state": state} if part.get("file_id") == file_id else part


def parts_of(here: Here, text: Json, file_ids: Sequence[str], location: Json | None) -> list[Json]:
    """The parts of one reply."""
    if location is not None:
        return [{"type": "location", **location, "accuracy_meters": None, "live_until": None}]
    views = [here.world.uploads[file_id]["view"] for file_id in file_ids]
    parts = [
        {
            "type": "media",
            "file_id": view["id"],
            "file_state": "ready",
            "caption": text if place == 0 and text["text"] else None,
            **{name: view[name] for name in ("kind", "media_type", "size", "width", "height")},
            **{name: view[name] for name in ("duration_seconds", "name")},
        }
        for place, view in enumerate(views)
    ]
    return parts or [text]
