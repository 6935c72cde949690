"""The states of a message on its way out, as one table.

    queued ----started----> sending ----accepted----> sent --delivered--> delivered --read--> read
      ^  ^                   |  |  |
      |  +-----put off-------+  |  +---refused------> failed
      |                         +------cut----------> unknown
      +--------retried by a human-------------------- failed, unknown

`started` is committed before the provider is called. An attempt that was cut (the process died, the
answer never came) leaves `unknown`: the provider may have it, and without an idempotency key at the
provider (the Telegram Bot API has none) nobody may send it again but a human. Should the answer to
that very attempt come after all, it corrects `unknown`; the last four rows below are such answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from halfminute.conversations.types import Delivery


class Happening(StrEnum):
    """What can happen to a message on its way out."""

    STARTED = "started"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PUT_OFF = "put_off"
    CUT = "cut"
    RETRIED = "retried"
    DELIVERED = "delivered"
    READ = "read"


TRANSITIONS: Final[Mapping[tuple[Delivery, Happening], Delivery]] = {
    ("queued", Happening.STARTED): "sending",
    ("sending", Happening.ACCEPTED): "sent",
    ("sending", Happening.PUT_OFF): "queued",
    ("sending", Happening.REFUSED): "failed",
    ("sending", Happening.CUT): "unknown",
    ("failed", Happening.RETRIED): "queued",
    ("unknown", Happening.RETRIED): "queued",
    ("sent", Happening.DELIVERED): "delivered",
    ("sent", Happening.READ): "read",
    ("delivered", Happening.READ): "read",
    ("unknown", Happening.ACCEPTED): "sent",
    ("unknown", Happening.REFUSED): "failed",
    ("unknown", Happening.PUT_OFF): "failed",
    # A human asked for a retry that has not begun: the provider had it all the time.
    ("queued", Happening.ACCEPTED): "sent",
}

# What the log is told when a message comes into a state.
EVENT_OF: Final[Mapping[Delivery, str]] = {
    "queued": "MessageRetried",
    "sending": "MessageSending",
    "sent": "MessageSent",
    "delivered": "MessageDelivered",
    "read": "MessageRead",
    "failed": "MessageFailed",
    "unknown": "MessageUnknown",
}


def find_next_state(state: Delivery, happening: Happening) -> Delivery | None:
    """The state that follows, or None where this cannot change anything any more."""
    return TRANSITIONS.get((state, happening))
