"""Tells every error in one shape, `{code, message, fields}`, and a bug without its detail."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from halfminute.kit.errors import HalfminuteError, TooManyRequests, Unavailable
from halfminute.kit.http.context import current_request

logger = structlog.get_logger(__name__)

_AnyRequest = Request[Any, Any, Any]
_RETRY_SOON_SECONDS: Final = 1
_CODES: Final[Mapping[int, str]] = {
    400: "invalid_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    503: "unavailable",
}


class ErrorView(msgspec.Struct):
    """What every error says: a stable code, a sentence, and what else is known."""

    code: str
    message: str
    fields: dict[str, Any]


def answer_known(_request: _AnyRequest, error: HalfminuteError) -> Response[ErrorView]:
    """An error of ours, as its class says."""
    if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return answer_bug(_request, error)
    view = ErrorView(error.code, error.message, error.fields)
    return _response(view, error.status, _retry_headers(error))


def answer_framework(request: _AnyRequest, error: HTTPException) -> Response[ErrorView]:
    """What the framework found wrong: an unknown path, a body that does not fit."""
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return answer_bug(request, error)
    code = _CODES.get(error.status_code, "request_error")
    fields = {"errors": error.extra} if isinstance(error, ValidationException) else {}
    view = ErrorView(code, error.detail or HTTPStatus(error.status_code).phrase, fields)
    return _response(view, error.status_code, dict(error.headers or {}))


def answer_bug(_request: _AnyRequest, error: Exception) -> Response[ErrorView]:
    """A bug: the log gets all, the caller the id by which to find it there."""
    logger.error("request_failed", exc_info=error)
    fields = {"request_id": current_request().request_id}
    return _response(ErrorView("internal_error", "Something went wrong on our side.", fields), 500)


EXCEPTION_HANDLERS: Final[ExceptionHandlersMap] = {
    HalfminuteError: answer_known,
    HTTPException: answer_framework,
    Exception: answer_bug,
}


def encode_error(error: HalfminuteError) -> bytes:
    """The body of an error, for those who answer without the framework."""
    return msgspec.json.encode(ErrorView(error.code, error.message, error.fields))


def _retry_headers(error: HalfminuteError) -> dict[str, str]:
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(error.retry_after_seconds)}
    if isinstance(error, Unavailable):
        return {"Retry-After": str(_RETRY_SOON_SECONDS)}
    return {}


def _response(
    view: ErrorView, status: int, headers: dict[str, str] | None = None
) -> Response[ErrorView]:
    return Response(view, status_code=status, headers=headers, media_type="application/json")
