"""Reads the body of a request to a route: what is wrong with it is told as its sender's fault."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.exceptions import InternalServerException

from halfminute.kit.errors import InvalidRequest
from halfminute.kit.http.body import ClientGone


class UnreadableBody(InvalidRequest):
    """The body goes deeper than anything here, or is no UTF-8."""

    code = "unreadable_body"


class ReadingRequest(Request[Any, Any, Any]):
    """A request of the framework; its own faults at hostile bodies would look like bugs of ours."""

    async def body(self) -> bytes:
        """The whole of it. Raises ClientGone."""
        try:
            return await super().body()
        except InternalServerException:
            # All that it says of a body, and it means a client that hung up before its end.
            raise ClientGone from None

    async def json(self) -> Any:
        """What it says. Raises UnreadableBody, and what the framework raises at no JSON."""
        try:
            return await super().json()
        except (RecursionError, UnicodeDecodeError):
            raise UnreadableBody from None
