"""What the desk writes."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from tests.web.stand_in.here import Here, problem
from tests.web.stand_in.people import Json, instant, message, rfc, text
from tests.web.stand_in.stickers import part_of
from tests.web.stand_in.uploads import parts_of

router = APIRouter()

_NO_REASON: Json = {"code": "", "reason": "", "is_retryable": False}


async def _say(here: Here, conversation_id: str, request: Request, direction: str) -> Response:
    body = await request.json()
    view = here.view(conversation_id)
    if view is None:
        return problem(404, "not_found")
    for known in here.world.messages[conversation_id]:
        if known["client_id"] == body["client_id"]:
            return JSONResponse(known)
    quote = body.get("reply_to_message_id")
    if body.get("sticker_id"):
        sticker = part_of(here, body["sticker_id"])
        if sticker is None:
            return problem(404, "sticker_not_found")
        parts = [sticker]
    else:
        words = text(body.get("text", ""))
        parts = parts_of(here, words, body.get("file_ids", ()), body.get("location"))
    new = message(
        view,
        direction,
        0,
        *parts,
        client_id=body["client_id"],
        delivery="queued" if direction == "out" else None,
        reply_to={"message_id": quote, "external_id": None, "preview": ""} if quote else None,
    )
    event = "ReplyQueued" if direction == "out" else "NoteAdded"
    await here.tell(here.world.put_message(event, new))
    if direction == "out":
        asyncio.get_running_loop().create_task(_deliver(here, dict(new)))
    return JSONResponse(new, status_code=201)


async def _deliver(here: Here, new: Json) -> None:
    for state in ("sending", "sent", "delivered"):
        await asyncio.sleep(0.25)
        new = {**new, "delivery": state}
        await here.tell(here.world.put_message(f"Message{state.capitalize()}", new))


@router.post("/api/conversations/{conversation_id}/messages")
async def reply(here: Here, conversation_id: str, request: Request) -> Response:
    return await _say(here, conversation_id, request, "out")


@router.post("/api/conversations/{conversation_id}/notes")
async def note(here: Here, conversation_id: str, request: Request) -> Response:
    return await _say(here, conversation_id, request, "internal")


@router.post("/api/conversations/{conversation_id}/messages/{message_id}/retry")
async def retry(here: Here, conversation_id: str, message_id: str) -> Json:
    found = next(m for m in here.world.messages[conversation_id] if m["id"] == message_id)
    queued = {**found, "delivery": "queued", "delivery_code": "", "is_retryable": False}
    await here.tell(here.world.put_message("MessageRetried", queued))
    asyncio.get_running_loop().create_task(_deliver(here, queued))
    return queued


async def _ask(here: Here, conversation_id: str, message_id: str, change: Json) -> Json:
    """The wish is told at once, and what came of it a moment later."""
    found = _find(here, conversation_id, message_id)
    asked = {**found, "change": {**change, "state": "pending", **_NO_REASON}}
    await here.tell(here.world.put_message("MessageChangeRequested", asked))
    asyncio.get_running_loop().create_task(_change(here, asked))
    return asked


async def _change(here: Here, asked: Json) -> None:
    await asyncio.sleep(here.world.change_seconds)
    wish = asked["change"]
    if here.world.change_refusal:
        failed = {**wish, "state": "failed", **here.world.change_refusal}
        await here.tell(here.world.put_message("MessageChangeFailed", {**asked, "change": failed}))
    elif wish["kind"] == "delete":
        gone = {**asked, "change": None, "deleted_at": rfc(instant())}
        await here.tell(here.world.put_message("MessageDeleted", gone))
    else:
        new = {"parts": wish["parts"], "revision": asked["revision"] + 1}
        edited = {**asked, **new, "change": None, "edited_at": rfc(instant())}
        await here.tell(here.world.put_message("MessageEdited", edited))


def _find(here: Here, conversation_id: str, message_id: str) -> Json:
    return next(m for m in here.world.messages[conversation_id] if m["id"] == message_id)


@router.put("/api/conversations/{conversation_id}/messages/{message_id}")
async def edit_message(
    here: Here, conversation_id: str, message_id: str, request: Request
) -> Response:
    body = await request.json()
    found = _find(here, conversation_id, message_id)
    if body["revision"] != found["revision"]:
        return problem(409, "message_revised")
    words = text(body["text"]) | {"entities": body.get("entities", [])}
    first, *more = found["parts"]
    if first["type"] == "media":
        edited = [{**first, "caption": words if words["text"] else None}, *more]
    else:
        edited = [words]
    wish = {"kind": "edit", "parts": edited}
    return JSONResponse(await _ask(here, conversation_id, message_id, wish))


@router.delete("/api/conversations/{conversation_id}/messages/{message_id}")
async def delete_message(here: Here, conversation_id: str, message_id: str) -> Json:
    return await _ask(here, conversation_id, message_id, {"kind": "delete", "parts": None})


@router.delete("/api/conversations/{conversation_id}/messages/{message_id}/change")
async def drop_change(here: Here, conversation_id: str, message_id: str) -> Json:
    kept = {**_find(here, conversation_id, message_id), "change": None}
    await here.tell(here.world.put_message("MessageChangeDropped", kept))
    return kept


@router.put("/api/conversations/{conversation_id}/draft")
async def draft(here: Here, conversation_id: str, request: Request) -> Response:
    body = await request.json()
    known = here.world.drafts.get(conversation_id, {"version": 0})
    if known["version"] != body["version"]:
        return problem(409, "draft_conflict")
    version = int(body["version"]) + 1
    here.world.drafts[conversation_id] = {"text": body["text"], "version": version}
    return JSONResponse({"version": version})


@router.post("/api/conversations/{conversation_id}/read", status_code=204)
async def read(here: Here, conversation_id: str, request: Request) -> None:
    here.world.reads[conversation_id] = (await request.json())["message_id"]


@router.post("/api/conversations/{conversation_id}/close")
async def close(here: Here, conversation_id: str, request: Request) -> Json:
    body = await request.json()
    change = {**body, "state": "wrap_up", "wrap_up_at": rfc(instant()), "wrap_up_seconds": 30}
    await here.tell(here.world.change("WrapUpStarted", conversation_id, {}, **change))
    return here.world.conversations[conversation_id]


@router.post("/api/conversations/{conversation_id}/finish-wrap-up")
async def finish(here: Here, conversation_id: str) -> Json:
    await here.tell(here.world.change("ConversationClosed", conversation_id, {}, state="closed"))
    return here.world.conversations[conversation_id]
