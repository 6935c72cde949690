"""The words of queues: ids and values."""

from __future__ import annotations

from typing import Literal, NewType
from uuid import UUID

import msgspec

from halfminute.queues.return_rules import ReturnRules
from halfminute.queues.waiting_rules import WaitingRules

QueueId = NewType("QueueId", UUID)

# Nothing, a fixed time, or until the agent says that it has finished.
WrapUp = Literal["none", "fixed", "open"]


# What becomes of a conversation that comes while its queue is closed: it waits outside the queue
# for the opening, or is left in it at once.
ClosedAction = Literal["wait", "leave"]


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """One queue as it stands in its row.

    `priority_credit_seconds`: its conversations count as having waited this much longer. `rules`:
    of those who wait, with every language named that a ring lowers. `wrap_up_extension_seconds`: by
    how much an agent may lengthen a fixed wrap-up, once.
    """

    id: QueueId
    name: str
    priority_credit_seconds: int
    offer_timeout_seconds: int
    wrap_up: WrapUp
    wrap_up_seconds: int
    target_seconds: int
    is_pull_allowed: bool
    is_enabled: bool
    wrap_up_extension_seconds: int = 0
    rules: WaitingRules = WaitingRules()
    returns: ReturnRules = ReturnRules()
