"""What keeps a message from being sent, as far as we know before the channel is asked."""

from __future__ import annotations

from halfminute.conversations.access import Locked
from halfminute.conversations.errors import (
    AddressUnreachable,
    BusinessConnectionEnded,
    BusinessRightMissing,
    ReplyWindowClosed,
)


def require_sendable(locked: Locked) -> None:
    """For words of ours.

    Raises AddressUnreachable, BusinessConnectionEnded, BusinessRightMissing, ReplyWindowClosed.
    """
    if not locked.is_reachable:
        raise AddressUnreachable(reason=locked.unreachable_reason)
    require_editable(locked)
    if locked.is_reply_window_closed and locked.reply_until is not None:
        raise ReplyWindowClosed(reply_until=locked.reply_until.isoformat())


def require_editable(locked: Locked) -> None:
    """For other words in their place. Raises BusinessConnectionEnded, BusinessRightMissing."""
    if locked.is_connected is False:
        raise BusinessConnectionEnded
    if locked.can_reply is False:
        raise BusinessRightMissing(right="reply")


def require_deletable(locked: Locked) -> None:
    """For taking them back. Raises BusinessConnectionEnded, BusinessRightMissing."""
    if locked.is_connected is False:
        raise BusinessConnectionEnded
    if locked.can_delete is False:
        raise BusinessRightMissing(right="delete")
