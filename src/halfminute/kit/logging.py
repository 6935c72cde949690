"""Sets logging up: one line an event, for people or for machines, with every secret struck out."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor

from halfminute.kit.faults import describe_fault

HIDDEN: Final = "[hidden]"

_SECRET_KEY = re.compile(
    r"^(authorization|(set[-_])?cookie|.*(password|passwd|secret|token|api[-_]?key|credential).*)$",
    re.IGNORECASE,
)
# Each pattern keeps its first group and hides the rest.
_SECRET_TEXT: Final = (
    # The token in the path of Bot API calls, and where it stands alone.
    re.compile(r"((?:\bbot)?\d{6,12}:)[A-Za-z0-9_-]{10,}"),
    re.compile(r"(?i)\b((?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{6,}"),
    re.compile(r"()\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"),
    re.compile(r"(\bhalfminute_session=)[^;\s\"']+"),
    re.compile(r"(?i)([?&](?:[\w.-]*(?:token|secret|password|api_?key|signature))=)[^&\s\"'#]+"),
    re.compile(r"(?i)(\b(?:authorization|cookie|set-cookie)[\"']?\s*[:=]\s*[\"']?)[^\"'\r\n]+"),
    # The password in an address: scheme://user:password@host.
    re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]+(?=@)"),
)


def configure_logging(
    log_format: str = "console", level: str = "info", *, stream: TextIO | None = None
) -> None:
    """Send every log line of the process, also those of libraries, to `stream` (stderr).

    `log_format` is `console` or `json`; `level` a name such as `info`.
    """
    output = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _describe_exception,
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(output)
    handler.setFormatter(_formatter(log_format, shared, is_colored=output.isatty()))
    _install(handler, level.upper())


def hide_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Strike out values under telling keys, and what looks like a secret in any text."""
    return {key: _hide(key, value) for key, value in event.items()}


def _describe_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The fault at hand, without the words that its message may quote."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if given is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = describe_fault(error)
    return event


def _hide(key: str, value: Any) -> Any:
    if _SECRET_KEY.match(key) and value is not None and not isinstance(value, bool | int | float):
        return HIDDEN
    if isinstance(value, str):
        return hide_in_text(value)
    if isinstance(value, bytes):
        return hide_in_text(value.decode(errors="replace"))
    if isinstance(value, Mapping):
        return {name: _hide(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hide("", inner) for inner in value]
    return value if isinstance(value, bool | int | float | None) else _hide_object(value)


def _hide_object(value: object) -> object:
    text = str(value)
    hidden = hide_in_text(text)
    return value if hidden == text else hidden


def hide_in_text(text: str) -> str:
    """The text without what looks like a secret."""
    for pattern in _SECRET_TEXT:
        text = pattern.sub(rf"\g<1>{HIDDEN}", text)
    return text


def _formatter(log_format: str, shared: list[Processor], *, is_colored: bool) -> logging.Formatter:
    renderer: Processor
    kind: Literal["json", "console"] = "json" if log_format == "json" else "console"
    if kind == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=is_colored, exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )


def _install(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    # While the database is away it tells of each attempt to fill the pool again.
    logging.getLogger("asyncpg.pool").addFilter(_leave_traceback_out)
    # Each of these tells of every single request; what matters is told by our own lines.
    for name in ("httpx", "httpcore", "aiogram.event", "uvicorn.access", "websockets"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _leave_traceback_out(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True
