"""Reads the body of a bare ASGI request, up to a limit."""

from __future__ import annotations

from typing import Any

from halfminute.kit.errors import RequestError, TooLarge


class ClientGone(RequestError):
    """The client hung up before its request was whole."""

    code = "client_gone"


async def read_body(scope: Any, receive: Any, *, limit: int) -> bytes:
    """The whole body. Raises TooLarge as soon as it is known to exceed `limit` bytes, ClientGone.

    A Content-Length that lies changes nothing: the bytes themselves are counted.
    """
    announced = dict(scope["headers"]).get(b"content-length", b"")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)
