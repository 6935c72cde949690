"""What becomes of an attempt, by the channel's outcome and the attempts before."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from halfminute.channels.types import Outcome
from halfminute.conversations.delivery.states import Happening
from halfminute.sdk.channel import FileReference
from halfminute.sdk.errors import Refusal

# 1, 2, 4 ... 60, 60, 60 seconds: some four minutes until a message that nobody takes is given up.
FIRST_BACKOFF_SECONDS: Final = 1.0
LONGEST_BACKOFF_SECONDS: Final = 60.0
MOST_FAILURES: Final = 10
# How soon a message of a refused account is looked at again, should the account be well by then. It
# costs the message nothing: it is not at fault.
HELD_SECONDS: Final = 2.0


class Ending(NamedTuple):
    """How an attempt ended.

    `reason` is in the provider's words, `refusal` our code for it where we know one.
    `external_id`, `more_external_ids` and `references` are what the provider calls what it took, as
    `sdk.channel.Sent` has them. `is_retryable` tells the agent whether asking again makes sense.
    `put_off_seconds` and `failures` (how many the end counts for) belong to an attempt that is put
    off.
    """

    happening: Happening
    reason: str = ""
    refusal: Refusal = ""
    external_id: str | None = None
    more_external_ids: tuple[str, ...] = ()
    references: Mapping[UUID, FileReference] = MappingProxyType({})
    is_retryable: bool = False
    is_address_unreachable: bool = False
    put_off_seconds: float = 0.0
    failures: int = 0


# The provider was never called: the message waits as before.
NOT_CALLED: Final = Ending(Happening.PUT_OFF)


def cut(reason: str) -> Ending:
    """Nobody knows whether the provider took it."""
    return Ending(Happening.CUT, reason)


def ending_of(outcome: Outcome, failures: int) -> Ending:
    """What the outcome means after so many earlier `failures`."""
    match outcome.result:
        case "sent":
            return Ending(
                Happening.ACCEPTED,
                external_id=outcome.external_id,
                more_external_ids=outcome.more_external_ids,
                references=outcome.references,
            )
        case "unknown":
            return cut(outcome.reason)
        case "held":
            return Ending(
                Happening.PUT_OFF, outcome.reason, outcome.refusal, put_off_seconds=HELD_SECONDS
            )
        case "failed":
            return Ending(
                Happening.REFUSED,
                outcome.reason,
                outcome.refusal,
                is_address_unreachable=outcome.is_address_unreachable,
            )
        case "retry":
            return _put_off(outcome, failures)


def _put_off(outcome: Outcome, failures: int) -> Ending:
    # A provider's own "later" costs the message nothing: the limit is the account's.
    put_off = Ending(Happening.PUT_OFF, outcome.reason, outcome.refusal)
    if outcome.retry_after_seconds is not None:
        return put_off._replace(put_off_seconds=max(0.0, outcome.retry_after_seconds))
    if failures + 1 >= MOST_FAILURES:
        return put_off._replace(happening=Happening.REFUSED, is_retryable=True)
    return put_off._replace(put_off_seconds=backoff_seconds(failures), failures=1)


def backoff_seconds(failures: int) -> float:
    """How long to wait after one more failure than `failures`."""
    return min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2.0 ** min(failures, 30))
