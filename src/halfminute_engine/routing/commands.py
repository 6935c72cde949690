"""What the router asks of its driver: each command is one thing to be made true in the world.

The router's own state has already moved when it answers with a command. A driver that cannot make
a command true says so with an event (`OfferRefused`, `ConversationAssigned`, ...).
"""

from __future__ import annotations

from halfminute_engine.routing.frozen import frozen
from halfminute_engine.routing.queue_rules import OverflowKind
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    QueueId,
    StrandedReason,
    TimerId,
    WithdrawalReason,
)


@frozen
class OfferConversation:
    """Ring the conversation at the agent until `expires_at_us`.

    Should it ring until then, the timer `offer_timer_id` elapses. `offer_number` counts up from 1
    for the life of the router's state. `is_callback`: the customer
    is not there but is called back by the agent.
    """

    offer_number: OfferNumber
    conversation_id: ConversationId
    agent_id: AgentId
    queue_id: QueueId
    channel_kind: str
    expires_at_us: int
    is_callback: bool = False


@frozen
class WithdrawOffer:
    """Stop ringing. Not sent for an offer that ended by the agent or by the driver itself."""

    offer_number: OfferNumber
    conversation_id: ConversationId
    agent_id: AgentId
    reason: WithdrawalReason


@frozen
class MarkAgentNotResponding:
    """An offer rang out: the agent's presence becomes away(not_responding)."""

    agent_id: AgentId


@frozen
class FinishWrapUp:
    """The wrap-up is over by itself (its fixed time ran out, or its agent was removed)."""

    conversation_id: ConversationId
    agent_id: AgentId


@frozen
class RequeueConversation:
    """Take the conversation from its agent: it waits in its queue again.

    It had been silent, its customer has come back, and the agent had no room for it in time. A
    driver that cannot take it from the agent says so by `ConversationAssigned`.
    """

    conversation_id: ConversationId
    agent_id: AgentId
    queue_id: QueueId
    channel_kind: str


@frozen
class ReportStranded:
    """The router has let this conversation go because it cannot route it; somebody must decide.

    Queue it again (with its own `queued_at_us`, so that its place is kept), or close it.
    `queue_id` is None when it was assigned without ever having been queued here.
    """

    conversation_id: ConversationId
    queue_id: QueueId | None
    reason: StrandedReason


@frozen
class OverflowConversation:
    """A conversation has waited too long in `queue_id`: have it called back, written to, or moved.

    Moved: it waits in `target_queue_id` from now on. Otherwise it has left the router, unless it
    `is_kept` waiting where it was. A driver that finds it gone meanwhile says so by the event that
    took it away, as ever.
    """

    conversation_id: ConversationId
    queue_id: QueueId
    kind: OverflowKind
    target_queue_id: QueueId | None = None
    is_kept: bool = False


@frozen
class StartTimer:
    """Feed `TimerElapsed(timer_id)` at `due_us`. A running timer of the same id is replaced."""

    timer_id: TimerId
    due_us: int


@frozen
class CancelTimer:
    """Forget the timer. Should it fire all the same, the router ignores it."""

    timer_id: TimerId


Command = (
    OfferConversation
    | WithdrawOffer
    | MarkAgentNotResponding
    | FinishWrapUp
    | RequeueConversation
    | ReportStranded
    | OverflowConversation
    | StartTimer
    | CancelTimer
)
