"""Tells what a failed call to Telegram means for the message: once more, never, or nobody knows."""

from __future__ import annotations

import re
from typing import Final

from aiogram.exceptions import (
    AiogramError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from halfminute.plugins.telegram.session import AnswerGarbled, CallBroken
from halfminute.sdk.errors import FileExpired, FileTooLarge, ProviderError

# The token stands in the path of every address (https://core.telegram.org/bots/api#making-requests)
_TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]{3,}")

_SHUT_OUT: Final = ("bot was blocked", "user is deactivated", "can't initiate conversation")
_FILE_GONE: Final = ("invalid file_id", "FILE_REFERENCE_EXPIRED", "wrong file identifier")
_FILE_TOO_LARGE: Final = "file is too big"


def failure_of(error: AiogramError, *, is_repeatable: bool) -> ProviderError:
    """What to tell the caller; `is_repeatable` if the call does no harm when done twice."""
    match error:
        case TelegramRetryAfter():
            return ProviderError(
                f"Telegram asks to wait {error.retry_after} s",
                is_retryable=True,
                retry_after_seconds=error.retry_after,
            )
        case CallBroken(is_written=False):
            return ProviderError(f"Telegram cannot be reached ({error.message})", is_retryable=True)
        case AnswerGarbled(status=503):
            return ProviderError("Telegram is not available", is_retryable=True)
        case CallBroken() | AnswerGarbled():
            return _cut_short(f"no sound answer from Telegram ({error.message})", is_repeatable)
        case TelegramAPIError():
            return _refusal(error)
        case _:
            return _cut_short(without_token(str(error)), is_repeatable)


def without_token(words: str) -> str:
    """The words without any bot's token in them."""
    return _TOKEN.sub("***", words)


def _cut_short(reason: str, is_repeatable: bool) -> ProviderError:
    return ProviderError(reason, is_retryable=is_repeatable, is_ambiguous=not is_repeatable)


def _refusal(error: TelegramAPIError) -> ProviderError:
    """Telegram answered, and did not do it."""
    words = without_token(error.message)
    match error:
        case TelegramServerError() | TelegramConflictError():
            return ProviderError(words, is_retryable=True)
        case TelegramForbiddenError():
            is_shut_out = any(each in words for each in _SHUT_OUT)
            return ProviderError(words, is_retryable=False, is_address_unreachable=is_shut_out)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return ProviderError(f"Telegram refuses the token ({words})", is_retryable=False)
        case TelegramBadRequest():
            return _bad_request(words)
        case _:
            return ProviderError(words, is_retryable=False)


def _bad_request(words: str) -> ProviderError:
    if _FILE_TOO_LARGE in words:
        return FileTooLarge()
    if any(each in words for each in _FILE_GONE):
        return FileExpired()
    return ProviderError(words, is_retryable="temporarily unavailable" in words)
