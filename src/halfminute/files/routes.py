"""`GET /api/files/{id}`: the bytes of a file, for who may read a conversation that shows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath
from litestar.response import Stream

from halfminute.files.content import is_shown_inline
from halfminute.files.errors import FileNotFound, FileNotReady
from halfminute.files.queries import FileRecord, get_file, list_conversation_ids
from halfminute.files.ranges import read_range
from halfminute.files.store import FileStore
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection, Database

# Whether a principal may read a conversation; `conversations` knows.
MayReadConversation = Callable[[Connection, Principal, UUID], Awaitable[bool]]

# What a stranger sent must not run in our origin, whatever a browser takes it for.
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=86400, immutable",
    "Accept-Ranges": "bytes",
}


def _bytes(description: str) -> ResponseSpec:
    return ResponseSpec(
        bytes,
        generate_examples=False,
        media_type="application/octet-stream",
        description=description,
    )


def make_file_route(may_read: MayReadConversation) -> HTTPRouteHandler:
    """The route. Needs `principal`, `database` and `files` (the store) as dependencies."""

    @get(
        "/api/files/{file_id:uuid}",
        guards=[requires("file.read")],
        tags=["files"],
        responses={200: _bytes("The file."), 206: _bytes("The range of it.")},
    )
    async def show_file(
        request: Request[Any, Any, Any],
        file_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        files: NamedDependency[FileStore],
    ) -> Stream:
        """The file, or the range of it that is asked for.

        404 for who may not see it, 409 until it is here.
        """
        async with database.connection() as connection:
            file = await get_file(connection, file_id)
            await _require_reader(connection, principal, file_id, may_read)
        if file.state != "ready" or file.storage_key is None or file.size is None:
            raise FileNotReady(state=file.state)
        return _stream(files, file, file.storage_key, file.size, request.headers.get("range"))

    return show_file


async def _require_reader(
    connection: Connection, principal: Principal, file_id: UUID, may_read: MayReadConversation
) -> None:
    for conversation_id in await list_conversation_ids(connection, file_id):
        if await may_read(connection, principal, conversation_id):
            return
    raise FileNotFound


def _stream(
    files: FileStore, file: FileRecord, key: str, size: int, range_header: str | None
) -> Stream:
    asked = read_range(range_header, size)
    start, length = (asked.start, asked.length) if asked else (0, size)
    headers = {
        **_HEADERS,
        "Content-Disposition": _disposition(file),
        "Content-Length": str(length),
        "ETag": f'"{file.sha256.hex() if file.sha256 else file.id}"',
    }
    if asked:
        headers["Content-Range"] = asked.content_range
    return Stream(
        files.read(key, start, length),
        status_code=206 if asked else 200,
        media_type=file.media_type,
        headers=headers,
    )


def _disposition(file: FileRecord) -> str:
    """RFC 6266, with the name in UTF-8 (RFC 8187)."""
    kind = "inline" if is_shown_inline(file.media_type) else "attachment"
    return f"{kind}; filename*=UTF-8''{quote(file.name or str(file.id), safe='')}"
