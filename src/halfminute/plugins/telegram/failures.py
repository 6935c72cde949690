"""Tells what a failed call to Telegram means for the message: once more, never, or nobody knows."""

from __future__ import annotations

import re
from typing import Final

from aiogram.exceptions import (
    AiogramError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from halfminute.plugins.telegram.session import AnswerGarbled, CallBroken
from halfminute.sdk.errors import FileExpired, FileTooLarge, ProviderError, Refusal

# The token stands in the path of every address (https://core.telegram.org/bots/api#making-requests)
_TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]{3,}")

_FILE_GONE: Final = ("invalid file_id", "FILE_REFERENCE_EXPIRED", "wrong file identifier")
_FILE_TOO_LARGE: Final = ("file is too big", "Request Entity Too Large")

# Telegram has no codes for what it refuses, only words (telegram-bot-api, Client.cpp).
_MEANINGS: Final[tuple[tuple[str, Refusal], ...]] = (
    ("bot was blocked", "blocked"),
    ("user is deactivated", "user_deactivated"),
    ("can't initiate conversation", "never_wrote"),
    ("bot was kicked", "no_rights"),
    ("bot is not a member", "no_rights"),
    ("no rights to send", "no_rights"),
    ("not enough rights", "no_rights"),
    ("BOT_ACCESS_FORBIDDEN", "no_rights"),
    ("business connection not found", "connection_ended"),
    ("BUSINESS_CONNECTION_", "connection_ended"),
    # Also when the customer has not written within the last 24 hours.
    ("BUSINESS_PEER_", "window_closed"),
    ("chat not found", "chat_not_found"),
    ("message can't be edited", "not_editable"),
    ("in the message to edit", "not_editable"),
    ("message can't be deleted", "not_deletable"),
    ("message to edit not found", "message_gone"),
    ("message is too long", "too_long"),
    ("caption is too long", "too_long"),
    ("caption is too long", "too_long"),
    ("text is empty", "empty"),
    ("text must be non-empty", "empty"),
    ("failed to get HTTP URL content", "media_refused"),
    ("wrong type of the web page content", "media_refused"),
    ("IMAGE_PROCESS_FAILED", "media_refused"),
    ("PHOTO_", "media_refused"),
    ("VIDEO_", "media_refused"),
    ("MEDIA_", "media_refused"),
)
_SHUT_OUT: Final[frozenset[Refusal]] = frozenset({"blocked", "user_deactivated", "never_wrote"})


def failure_of(error: AiogramError, *, is_repeatable: bool) -> ProviderError:
    """What to tell the caller; `is_repeatable` if the call does no harm when done twice."""
    match error:
        case TelegramRetryAfter():
            return ProviderError(
                f"Telegram asks to wait {error.retry_after} s",
                is_retryable=True,
                retry_after_seconds=error.retry_after,
                refusal="rate_limited",
            )
        case CallBroken() | AnswerGarbled():
            return _broken(error, is_repeatable)
        case TelegramAPIError():
            return _refusal(error)
        case _:
            return _cut_short(without_token(str(error)), is_repeatable)


def without_token(words: str) -> str:
    """The words without any bot's token in them."""
    return _TOKEN.sub("***", words)


def _broken(error: CallBroken | AnswerGarbled, is_repeatable: bool) -> ProviderError:
    match error:
        case CallBroken(fault=ProviderError() as fault):
            return fault
        case CallBroken(is_written=False):
            return _unavailable(f"Telegram cannot be reached ({error.message})")
        case AnswerGarbled(status=503):
            return _unavailable("Telegram is not available")
        case _:
            return _cut_short(f"no sound answer from Telegram ({error.message})", is_repeatable)


def _unavailable(reason: str) -> ProviderError:
    return ProviderError(reason, is_retryable=True, refusal="unavailable")


def _cut_short(reason: str, is_repeatable: bool) -> ProviderError:
    return ProviderError(reason, is_retryable=is_repeatable, is_ambiguous=not is_repeatable)


def _refusal(error: TelegramAPIError) -> ProviderError:
    """Telegram answered, and did not do it."""
    words = without_token(error.message)
    match error:
        case TelegramEntityTooLarge():
            return FileTooLarge(words)
        case TelegramServerError() | TelegramConflictError():
            return _unavailable(words)
        case TelegramForbiddenError():
            refusal = _meaning_of(words)
            return ProviderError(
                words,
                is_retryable=False,
                is_address_unreachable=refusal in _SHUT_OUT,
                refusal=refusal,
            )
        case TelegramUnauthorizedError() | TelegramNotFound():
            return ProviderError(
                f"Telegram refuses the token ({words})",
                is_retryable=False,
                refusal="account_refused",
            )
        case TelegramBadRequest():
            return _bad_request(words)
        case _:
            return ProviderError(words, is_retryable=False)


def _bad_request(words: str) -> ProviderError:
    if any(each in words for each in _FILE_TOO_LARGE):
        return FileTooLarge(words)
    if any(each in words for each in _FILE_GONE):
        return FileExpired(words)
    is_passing = "temporarily unavailable" in words
    return ProviderError(words, is_retryable=is_passing, refusal=_meaning_of(words))


def _meaning_of(words: str) -> Refusal:
    return next((refusal for piece, refusal in _MEANINGS if piece in words), "")
