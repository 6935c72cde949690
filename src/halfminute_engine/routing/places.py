"""How a conversation enters the waiting lines, and how it leaves them or the router."""

from __future__ import annotations

from halfminute_engine.routing.commands import ReportStranded
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.keeps import end_keeping
from halfminute_engine.routing.state import ConversationState, RunningTimer, TimerPurpose
from halfminute_engine.routing.timers import conversation_pause_timer_id, exclusions_timer_id
from halfminute_engine.routing.transitions import Step, advance
from halfminute_engine.routing.values import StrandedReason

EXCLUSIONS_PAUSE_US = 30_000_000
"""How long, at the least, those who did not take a conversation are not asked again."""


def enter_line(floor: Floor, conversation: ConversationState) -> bool:
    """Have the conversation, now waiting, in its line; False when its queue is gone: stranded."""
    if conversation.queue_id not in floor.state.queues:
        strand(floor, conversation, StrandedReason.QUEUE_REMOVED)
        return False
    if not conversation.is_paused:
        floor.matching.enqueue(conversation)
    if conversation.declined_agent_ids:
        ensure_exclusions_timer(floor, conversation)
    return True


def ensure_exclusions_timer(floor: Floor, conversation: ConversationState) -> None:
    """Have the timer run at whose end those who did not take the conversation may be asked."""
    conversation_id = conversation.conversation_id
    timer_id = exclusions_timer_id(conversation_id)
    if timer_id not in floor.state.timers:
        due_us = floor.now_us + EXCLUSIONS_PAUSE_US
        floor.start_timer(timer_id, RunningTimer(TimerPurpose.EXCLUSIONS, due_us, conversation_id))


def end_waiting(floor: Floor, conversation: ConversationState) -> None:
    """The conversation needs no more offers: out of line, its timers stopped."""
    conversation_id = conversation.conversation_id
    end_keeping(floor, conversation)
    floor.matching.dequeue(conversation_id)
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
