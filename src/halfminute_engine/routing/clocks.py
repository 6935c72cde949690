"""The timers of a conversation that must wait; one that is offered at once needs none."""

from __future__ import annotations

from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.state import ConversationState, RunningTimer, TimerPurpose
from halfminute_engine.routing.timers import preference_timer_id, steps_timer_id
from halfminute_engine.routing.values import QueueId


def start_clocks(floor: Floor, conversation: ConversationState) -> None:
    """The conversation is left waiting: note its next step, and the end of its preference."""
    due_us = floor.schedule.next_step_at(conversation)
    if due_us is not None:
        floor.schedule.add(conversation, due_us)
        run_steps_timer(floor, conversation.queue_id, due_us)
    until_us = conversation.preferred_until_us
    if until_us is not None:
        conversation_id = conversation.conversation_id
        timer_id = preference_timer_id(conversation_id)
        if timer_id not in floor.state.timers:
            timer = RunningTimer(TimerPurpose.PREFERENCE, until_us, conversation_id)
            floor.start_timer(timer_id, timer)


def run_steps_timer(floor: Floor, queue_id: QueueId, due_us: int) -> None:
    """Have the queue's timer run out then, or earlier if it does so already."""
    timer_id = steps_timer_id(queue_id)
    running = floor.state.timers.get(timer_id)
    if running is None or due_us < running.due_us:
        timer = RunningTimer(TimerPurpose.STEPS, due_us, queue_id=queue_id)
        floor.start_timer(timer_id, timer)
