"""What may go wrong with fetching what a stranger has named."""

from __future__ import annotations

from halfminute.kit.errors import HalfminuteError, InvalidRequest


class EgressRefused(InvalidRequest):
    """We do not go to this address."""

    code = "egress_refused"


class AnswerTooLarge(InvalidRequest):
    """What is there is larger than we fetch."""

    code = "answer_too_large"


class EgressFailed(HalfminuteError):
    """The other side did not answer as it should.

    `is_retryable`: the same may succeed later.
    """

    code = "egress_failed"
    status = 502

    def __init__(self, message: str, *, is_retryable: bool) -> None:
        super().__init__(message, is_retryable=is_retryable)
        self.is_retryable = is_retryable
