"""What is known of the request at hand, wherever in its handling one is."""

from __future__ import annotations

from contextvars import ContextVar

import msgspec


class RequestContext(msgspec.Struct, frozen=True, kw_only=True):
    """The id that follows a request from hook to screen, and where it came from."""

    request_id: str = ""
    ip: str | None = None


_NONE = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("request_context", default=_NONE)


def current_request() -> RequestContext:
    """The request being served, or an empty context outside of one."""
    return _current.get()


def enter_request(context: RequestContext) -> None:
    """From here on, in this task and those it starts, this is the request at hand."""
    _current.set(context)
