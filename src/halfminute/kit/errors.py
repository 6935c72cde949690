"""Errors that tell the caller what to do.

    HalfminuteError
      RequestError            the caller is wrong, and may mend the request
        InvalidRequest   400
        NotSignedIn      401
        Forbidden        403
        NotFound         404  (also for what the caller may not see)
        Conflict         409  somebody was quicker: read again
        TooLarge         413
        TooManyRequests  429
      Unavailable        503  a part of ours is down: try again

What a provider answers is `halfminute.sdk.errors.ProviderError`.
Everything else is a bug, and loud.
"""

from __future__ import annotations

from typing import Any, ClassVar


class HalfminuteError(Exception):
    """Base of all errors with a stable code."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str | None = None, **fields: Any) -> None:
        """`fields` are told to the caller beside the code; a message defaults to the docstring."""
        self.message = message or (type(self).__doc__ or "").strip()
        self.fields = fields
        super().__init__(self.message)


class RequestError(HalfminuteError):
    """The request cannot be served as it is."""

    code = "request_error"
    status = 400


class InvalidRequest(RequestError):
    """The request is malformed."""

    code = "invalid_request"


class NotSignedIn(RequestError):
    """Sign in first."""

    code = "not_signed_in"
    status = 401


class Forbidden(RequestError):
    """Your roles do not allow this."""

    code = "forbidden"
    status = 403


class NotFound(RequestError):
    """There is no such thing, or it is not yours to see."""

    code = "not_found"
    status = 404


class Conflict(RequestError):
    """Somebody was quicker: read the present state and try again."""

    code = "conflict"
    status = 409


class TooLarge(RequestError):
    """The request is larger than is allowed."""

    code = "too_large"
    status = 413


class TooManyRequests(RequestError):
    """Too many requests: wait and try again."""

    code = "too_many_requests"
    status = 429

    def __init__(self, message: str | None = None, *, retry_after_seconds: int = 1) -> None:
        """`retry_after_seconds` becomes the Retry-After header (RFC 9110, 10.2.3)."""
        super().__init__(message, retry_after_seconds=retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(HalfminuteError):
    """A part of the service is down: try again in a moment."""

    code = "unavailable"
    status = 503
