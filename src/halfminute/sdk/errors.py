"""What may go wrong between a plug-in, its provider and us.

ProviderError      502  the provider refused or could not be reached
  FileMissing           our own bytes of a file are gone
MalformedPayload   400  what came in is not what this provider sends
WrongSignature     403  it does not prove that the provider sent it
  MissingSignature 401
InvalidEntities    400  an agent's client marked its text wrongly
InvalidAccount     400  an administrator's settings of a channel account are wrong
InvalidStickerSetName 400  that is neither a name of a sticker set nor a link to one
Unavailable        503  a part of ours is down: the provider shall send it again
"""

from __future__ import annotations

from typing import Final, Literal

from halfminute.kit.errors import HalfminuteError, InvalidRequest, RequestError, Unavailable

__all__ = [
    "FileExpired",
    "FileMissing",
    "FileTooLarge",
    "HalfminuteError",
    "InvalidAccount",
    "InvalidEntities",
    "InvalidStickerSetName",
    "MalformedPayload",
    "MissingSignature",
    "ProviderError",
    "Refusal",
    "RequestError",
    "StickerSetNotFound",
    "Unavailable",
    "WrongSignature",
]

REASON_LENGTH: Final = 300

# Why a provider does not take a message or a change of one, where we know what its words mean; else
# "". Screens have words of their own for each.
Refusal = Literal[
    "",
    "account_refused",
    "blocked",
    "chat_not_found",
    "connection_ended",
    "empty",
    "erased",
    "file_too_large",
    "media_refused",
    "message_gone",
    "never_wrote",
    "no_rights",
    "not_deletable",
    "not_editable",
    "rate_limited",
    "too_long",
    "unavailable",
    "unsupported",
    "user_deactivated",
    "window_closed",
]


class ProviderError(HalfminuteError):
    """The provider refused, or could not be reached.

    `reason`              what it said, in its own words; never a secret
    `refusal`             what that means, if we know
    `is_retryable`        the same call may succeed later
    `retry_after_seconds` the provider's own word on when; nothing on this account before that
    `is_ambiguous`        the request may have been carried out: never to be repeated by itself
    `is_address_unreachable`  nobody can be reached at this address until they write again
    """

    code = "provider_error"
    status = 502

    def __init__(
        self,
        reason: str,
        *,
        is_retryable: bool,
        retry_after_seconds: float | None = None,
        is_ambiguous: bool = False,
        is_address_unreachable: bool = False,
        refusal: Refusal = "",
    ) -> None:
        super().__init__(reason[:REASON_LENGTH], is_retryable=is_retryable)
        self.refusal: Refusal = refusal
        self.reason = reason[:REASON_LENGTH]
        self.is_retryable = is_retryable
        self.retry_after_seconds = retry_after_seconds
        self.is_ambiguous = is_ambiguous
        self.is_address_unreachable = is_address_unreachable


class FileTooLarge(ProviderError):
    """The provider will not hand out a file of this size."""

    code = "file_too_large"

    def __init__(self, reason: str = "the file is too large to be fetched") -> None:
        super().__init__(reason, is_retryable=False, refusal="file_too_large")


class FileMissing(ProviderError):
    """We have a file's bytes no longer, and so cannot send it."""

    code = "file_missing"

    def __init__(self, reason: str = "we have the file's bytes no longer") -> None:
        super().__init__(reason, is_retryable=False, refusal="media_refused")


class FileExpired(ProviderError):
    """The provider has the file no longer."""

    code = "file_expired"

    def __init__(self, reason: str = "the provider has the file no longer") -> None:
        super().__init__(reason, is_retryable=False, refusal="media_refused")


class StickerSetNotFound(ProviderError):
    """The provider has no such set of stickers, or has it no longer."""

    code = "sticker_set_not_found"
    status = 404

    def __init__(self, reason: str = "the provider has no such set of stickers") -> None:
        super().__init__(reason, is_retryable=False)


class MalformedPayload(RequestError):
    """This is not what the provider sends."""

    code = "malformed_payload"


class WrongSignature(RequestError):
    """The request does not prove that the provider sent it."""

    code = "wrong_signature"
    status = 403


class MissingSignature(WrongSignature):
    """The request carries no proof that the provider sent it."""

    code = "missing_signature"
    status = 401


class InvalidEntities(InvalidRequest):
    """The entities do not fit the text."""

    code = "invalid_entities"


class InvalidAccount(InvalidRequest):
    """The settings of the channel account are wrong."""

    code = "invalid_account"


class InvalidStickerSetName(InvalidRequest):
    """This is neither the name of a set of stickers nor a link to one."""

    code = "invalid_sticker_set_name"
