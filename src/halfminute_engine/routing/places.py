"""How a conversation enters the waiting lines, and how it leaves them or the router."""

from __future__ import annotations

from halfminute_engine.routing.commands import ReportStranded
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.keeps import end_keeping
from halfminute_engine.routing.preferences import end_preference, settle_preference
from halfminute_engine.routing.queue_rules import relax, ring_at
from halfminute_engine.routing.state import ConversationState, Place, RunningTimer, TimerPurpose
from halfminute_engine.routing.timers import conversation_pause_timer_id, exclusions_timer_id
from halfminute_engine.routing.transitions import Step, advance
from halfminute_engine.routing.values import QueueId, StrandedReason

EXCLUSIONS_PAUSE_US = 30_000_000
"""How long, at the least, those who did not take a conversation are not asked again."""


def enter_line(floor: Floor, conversation: ConversationState) -> bool:
    """Have the conversation, now waiting, in its line; False when its queue is gone: stranded."""
    if conversation.queue_id not in floor.state.queues:
        strand(floor, conversation, StrandedReason.QUEUE_REMOVED)
        return False
    take_up_wishes(floor, conversation)
    if not conversation.is_paused:
        floor.matching.enqueue(conversation)
    if conversation.declined_agent_ids:
        ensure_exclusions_timer(floor, conversation)
    return True


def take_up_wishes(floor: Floor, conversation: ConversationState) -> None:
    """Settle whom the conversation, about to wait in its queue, asks for at this time."""
    reach_ring(floor, conversation)
    settle_preference(floor, conversation)


def reach_ring(floor: Floor, conversation: ConversationState) -> None:
    """Require of the conversation's agent what the queue requires after this time in it."""
    rings = floor.state.queues[conversation.queue_id].rings
    ring = ring_at(rings, floor.now_us - conversation.entered_at_us) if rings else 0
    conversation.ring = ring
    conversation.relaxed_requirements = (
        relax(conversation.requirements, rings[ring - 1]) if ring else None
    )


def change_queue(
    floor: Floor, conversation: ConversationState, queue_id: QueueId, entered_at_us: int
) -> None:
    """The conversation, in no line now, is another queue's: age kept, with that queue's credit."""
    queue = floor.state.queues.get(queue_id)
    credit_us = 0 if queue is None else queue.priority_credit_us
    conversation.order_at_us += conversation.queue_credit_us - credit_us
    conversation.queue_credit_us = credit_us
    conversation.queue_id = queue_id
    conversation.entered_at_us = entered_at_us
    conversation.ring = 0
    conversation.relaxed_requirements = None
    conversation.has_overflowed = False


def list_waiting_in(floor: Floor, queue_id: QueueId) -> list[ConversationState]:
    """What waits in the queue, the first in line first."""
    waiting = [
        conversation
        for conversation in floor.state.conversations.values()
        if conversation.place is Place.WAITING and conversation.queue_id == queue_id
    ]
    return sorted(waiting, key=lambda conversation: conversation.key)


def ensure_exclusions_timer(floor: Floor, conversation: ConversationState) -> None:
    """Have the timer run at whose end those who did not take the conversation may be asked."""
    conversation_id = conversation.conversation_id
    timer_id = exclusions_timer_id(conversation_id)
    if timer_id not in floor.state.timers:
        due_us = floor.now_us + EXCLUSIONS_PAUSE_US
        floor.start_timer(timer_id, RunningTimer(TimerPurpose.EXCLUSIONS, due_us, conversation_id))


def leave_line(floor: Floor, conversation: ConversationState) -> None:
    """The conversation is in no line, if it was in one, and nobody is kept for it."""
    end_keeping(floor, conversation)
    floor.matching.dequeue(conversation.conversation_id)


def end_waiting(floor: Floor, conversation: ConversationState) -> None:
    """The conversation needs no more offers: out of line, its timers stopped."""
    conversation_id = conversation.conversation_id
    leave_line(floor, conversation)
    end_preference(floor, conversation)
    if conversation.declined_agent_ids:
        floor.cancel_timer(exclusions_timer_id(conversation_id))
        conversation.declined_agent_ids = ()
    if conversation.is_paused:
        floor.cancel_timer(conversation_pause_timer_id(conversation_id))
        conversation.is_paused = False


def let_go(floor: Floor, conversation: ConversationState, step: Step) -> None:
    """The conversation leaves the router by this step."""
    end_waiting(floor, conversation)
    advance(conversation, step)
    del floor.state.conversations[conversation.conversation_id]


def strand(floor: Floor, conversation: ConversationState, reason: StrandedReason) -> None:
    """The conversation leaves the router, which cannot go on with it, and this is reported."""
    let_go(floor, conversation, Step.STRANDED)
    floor.command(
        ReportStranded(conversation.conversation_id, conversation.queue_id or None, reason)
    )
