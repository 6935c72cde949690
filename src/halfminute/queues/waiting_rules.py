"""What a queue does for those who wait in it: whom it asks as time goes on, and how it ends.

The settings as they are configured; what they mean is told by the engine's `queue_rules`.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from halfminute.queues.words import Language, Words

Seconds = Annotated[int, msgspec.Meta(ge=1, le=86_400)]
# 0: not required any more.
Lowered = Annotated[int, msgspec.Meta(ge=0, le=5)]

OverflowKind = Literal["queue", "callback", "message"]
AgentChoice = Literal["longest_idle", "best_skilled"]


class QueueRing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wider circle of agents, asked once a conversation has been in the queue for so long.

    `requirements`: by skill, how well it is still required, 0 not at all; skills that are not named
    are required as before. `least_language_proficiency`: the same for the contact's language, None
    as before. A ring says all that it lowers, not what it adds to the one before it.
    `is_any_agent`: nothing is required any more.
    """

    after_seconds: Seconds
    requirements: dict[UUID, Lowered] = {}
    least_language_proficiency: Lowered | None = None
    is_any_agent: bool = False


class QueueOverflow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of a conversation that has been in the queue for too long.

    It goes to the queue `queue_id` with its age; or it is to be called back; or its contact is told
    `words`, in its language. For a call-back it waits on in its place, and its contact is told the
    words as well. After a message it waits on where it `is_kept`, and else is closed.
    """

    after_seconds: Seconds
    kind: OverflowKind
    queue_id: UUID | None = None
    is_kept: bool = True
    words: dict[Language, Words] = {}


class WaitingRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it. What is left out takes its default, by which a queue asks whom it may, for ever.

    `slope_per_mille`: how fast what waits here grows in weight against what waits in other queues;
    1000 as everywhere. `greatest_wait_seconds`: longer waits do not count as longer against other
    queues. `agent_choice`: whom of several it asks first. `keep_after_seconds`: for one that fits
    nowhere, such as a call among chats, an agent is kept after such a wait; None: never.
    """

    rings: Annotated[tuple[QueueRing, ...], msgspec.Meta(max_length=10)] = ()
    overflow: QueueOverflow | None = None
    slope_per_mille: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1000
    greatest_wait_seconds: Seconds | None = None
    agent_choice: AgentChoice = "longest_idle"
    keep_after_seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] | None = None
