"""What the desk reads."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from halfminute.files.content import is_shown_inline, media_type_of
from halfminute.files.ranges import read_range
from tests.web.stand_in.here import Here, problem
from tests.web.stand_in.people import Json, instant, rfc, text
from tests.web.stand_in.shelf import read_file
from tests.web.stand_in.world import earlier_conversations

router = APIRouter()
_FILE_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "private, max-age=86400, immutable",
    "accept-ranges": "bytes",
}


@router.get("/api/desk")
async def desk(here: Here) -> Json:
    return here.world.desk()


@router.get("/api/queues/{queue_id}/conversations")
async def waiting(here: Here, queue_id: str, after: str | None = None, limit: int = 50) -> Json:
    views = here.world.waiting(queue_id)
    start = int(after or 0)
    page = views[start : start + limit]
    following = str(start + limit) if len(views) > start + limit else None
    seq = here.world.seq(f"queue:{queue_id}")
    return {"items": page, "next": following, "stream_seq": seq}


@router.get("/api/conversations/{conversation_id}")
async def get_conversation(here: Here, conversation_id: str) -> Response:
    view = here.view(conversation_id)
    if view is None:
        return problem(404, "not_found")
    body = {
        "conversation": view,
        "draft": here.world.drafts.get(conversation_id),
        "last_read_message_id": here.world.reads.get(conversation_id),
        "stream_seq": here.world.seq(f"conversation:{conversation_id}"),
    }
    return JSONResponse(body)


@router.get("/api/conversations/{conversation_id}/messages")
async def messages(here: Here, conversation_id: str, before: str = "~", limit: int = 50) -> Json:
    thread = sorted(here.world.messages.get(conversation_id, []), key=lambda m: str(m["id"]))
    older = [known for known in thread if known["id"] < before]
    seq = here.world.seq(f"conversation:{conversation_id}")
    return {"items": older[-limit:], "has_more": len(older) > limit, "stream_seq": seq}


@router.get("/api/conversations/{conversation_id}/revisions/{message_id}")
async def revisions(here: Here, conversation_id: str, message_id: str) -> list[Json]:
    parts = [text("Спасибо, вышка здесь не причём. Проверяю порт.")]
    return [{"revision": 0, "parts": parts, "replaced_at": rfc(instant(1370))}]


@router.get("/api/contacts/{contact_id}")
async def contact(here: Here, contact_id: str) -> Json:
    view = next(
        view for view in here.world.conversations.values() if view["contact"]["id"] == contact_id
    )
    known = earlier_conversations(here.world, view["contact"])
    newest_first = sorted(known, key=lambda known: str(known["opened_at"]), reverse=True)
    person = {**view["contact"], "created_at": view["opened_at"], "erased_at": None}
    address = {
        **view["address"],
        **{name: view[name] for name in ("channel_account_id", "channel_kind")},
        "contact_id": contact_id,
        "external_id": "100200",
        "name": person["name"],
        "language_hint": None,
        "created_at": person["created_at"],
        "disputed_subject": None,
        **here.world.said_of_address,
    }
    return {
        "contact": person,
        "subjects": here.world.subjects,
        "addresses": [address],
        "conversations": newest_first,
    }


@router.get("/api/files/{file_id}")
async def file(request: Request, file_id: str) -> Response:
    """With the types and the headers that the server sends."""
    content = read_file(file_id)
    if content is None:
        return problem(404, "file_not_found")
    media_type = media_type_of(content)
    kind = "inline" if is_shown_inline(media_type) else "attachment"
    headers = {**_FILE_HEADERS, "content-disposition": f"{kind}; filename*=UTF-8''{file_id}"}
    asked = read_range(request.headers.get("range"), len(content))
    if asked is None:
        return Response(content, media_type=media_type, headers=headers)
    piece = content[asked.start : asked.start + asked.length]
    headers["content-range"] = asked.content_range
    return Response(piece, status_code=206, media_type=media_type, headers=headers)
