"""Receives an upload over HTTP: the body of a request, from whoever the caller has let in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

from litestar import Request

from halfminute.files.actions.take_upload import (
    NewUpload,
    UploadParts,
    require_room,
    take_upload,
)
from halfminute.files.queries import FileRecord, find_upload
from halfminute.files.receiving import receive_body


def _admit_all(body: BinaryIO) -> None:
    del body


async def receive_upload(
    parts: UploadParts,
    upload: NewUpload,
    request: Request[Any, Any, Any],
    admit: Callable[[BinaryIO], None] = _admit_all,
) -> FileRecord:
    """The file as it is kept; of one that is there already the body is not read.

    `admit` looks at the whole body before anything is made of it, and raises to refuse it. Raises
    TooManyRequests, TooLarge, ClientGone, and what `take_upload` raises.
    """
    async with parts.log.database.connection() as connection:
        known = await find_upload(connection, upload.uploaded_by, upload.client_id)
        if known is not None:
            return known
        await require_room(connection, parts.allowance, upload.uploaded_by)
    said_length = request.headers.get("content-length")
    with parts.uploads.take_turn(upload.uploaded_by):
        async with receive_body(request.receive, said_length, limit=parts.size_limit) as body:
            admit(body)
            return await take_upload(parts, upload, body)
