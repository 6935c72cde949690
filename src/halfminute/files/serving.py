"""`GET /media/...`: the bytes of a file for who was given a signed address of it.

A bare ASGI endpoint: no cookie is looked at, so an address gives the same to everybody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import structlog
from litestar.types import Receive, Scope, Send

from halfminute.files.addresses import Grant, MediaAddresses
from halfminute.files.content import is_shown_inline, served_type_of
from halfminute.files.errors import FileNotFound, FileNotReady
from halfminute.files.names import clean_name
from halfminute.files.queries import FileRecord, get_file
from halfminute.files.ranges import ByteRange, read_range
from halfminute.files.store import FileStore
from halfminute.kit.database import Database
from halfminute.kit.errors import HalfminuteError, InvalidRequest
from halfminute.kit.http.errors import encode_error
from halfminute.kit.time import utc_now

logger = structlog.get_logger(__name__)

THUMBNAIL_TYPE: Final = "image/webp"
# What a stranger sent must not run in our origin, whatever a browser takes it for; nor may the page
# of another origin read it, even one that was given the address to show.
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"sandbox; default-src 'none'; style-src 'unsafe-inline'"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
)


class MethodNotAllowed(InvalidRequest):
    """Media is read by GET or HEAD."""

    code = "method_not_allowed"
    status = 405


class _Body(NamedTuple):
    key: str
    size: int
    etag: str
    media_type: str
    disposition: str


class MediaEndpoint:
    """The ASGI application under `/media/`."""

    def __init__(self, database: Database, store: FileStore, addresses: MediaAddresses) -> None:
        """Serves what `addresses` has signed."""
        self._database = database
        self._store = store
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            await self._serve(scope, send)
        except HalfminuteError as error:
            await _refuse(send, error)

    async def _serve(self, scope: Any, send: Any) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed
        grant = self._addresses.read(scope["path"])
        async with self._database.connection() as connection:
            file = await get_file(connection, grant.file_id)
        body = _choose(file, grant)
        asked = read_range(_header(scope, b"range"), body.size)
        start, length = (asked.start, asked.length) if asked else (0, body.size)
        head = {
            "type": "http.response.start",
            "status": 206 if asked else 200,
            "headers": _headers(body, grant, asked, length),
        }
        if scope["method"] == "HEAD":
            await send(head)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        await _stream(send, head, self._store.read(body.key, start, length))


async def _stream(send: Any, head: Any, pieces: AsyncIterator[bytes]) -> None:
    """The first piece is read before anything is promised; later ones may break the connection."""
    try:
        first = await anext(pieces, b"")
    except FileNotFoundError:
        logger.exception("file_without_bytes")
        raise FileNotFound from None
    await send(head)
    await send({"type": "http.response.body", "body": first, "more_body": True})
    async for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _choose(file: FileRecord, grant: Grant) -> _Body:
    if file.state != "ready" or file.storage_key is None or file.size is None:
        raise FileNotReady(state=file.state)
    if grant.variant == "file":
        kind = "inline" if is_shown_inline(file.media_type) else "attachment"
        etag = file.sha256.hex() if file.sha256 else str(file.id)
        name = clean_name(file.name) or str(file.id)
        # RFC 6266, with the name in UTF-8 (RFC 8187).
        disposition = f"{kind}; filename*=UTF-8''{quote(name, safe='')}"
        served = served_type_of(file.media_type)
        return _Body(file.storage_key, file.size, etag, served, disposition)
    if file.thumbnail_key is None or file.thumbnail_size is None:
        raise FileNotFound
    etag = file.thumbnail_sha256.hex() if file.thumbnail_sha256 else str(file.id)
    return _Body(file.thumbnail_key, file.thumbnail_size, etag, THUMBNAIL_TYPE, "inline")


def _headers(body: _Body, grant: Grant, asked: ByteRange | None, length: int) -> list[Any]:
    kept_seconds = max(0, int((grant.expires_at - utc_now()).total_seconds()))
    told = {
        "content-type": body.media_type,
        "content-length": str(length),
        "content-disposition": body.disposition,
        "accept-ranges": "bytes",
        "etag": f'"{body.etag}"',
        "cache-control": f"private, max-age={kept_seconds}, immutable",
    }
    if asked:
        told["content-range"] = asked.content_range
    return [*_HEADERS, *((name.encode(), value.encode("latin-1")) for name, value in told.items())]


def _header(scope: Any, name: bytes) -> str | None:
    found: bytes | None = next((value for key, value in scope["headers"] if key == name), None)
    return None if found is None else found.decode("latin-1")


async def _refuse(send: Any, error: HalfminuteError) -> None:
    if error.status >= 500:
        logger.warning("media_not_served", code=error.code)
    body = encode_error(error)
    headers = [
        *_HEADERS,
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if "size" in error.fields:
        headers.append((b"content-range", f"bytes */{error.fields['size']}".encode()))
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
