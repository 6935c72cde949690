"""The end of an agent's handling, and the time after it in which its capacity stays held.

What was silent takes its units again for its wrap-up, even above the limit: writing it up is work.

A wrap-up is the agent's: should the conversation be queued or taken again meanwhile, the wrap-up
goes on beside it, unless the same agent has the conversation again.
"""

from __future__ import annotations

from halfminute_engine.routing.commands import FinishWrapUp
from halfminute_engine.routing.events import (
    ConversationReleased,
    WrapUpExtended,
    WrapUpFinished,
)
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.holds import drop_hold
from halfminute_engine.routing.offers import recheck_offer, seek_conversation
from halfminute_engine.routing.places import let_go
from halfminute_engine.routing.silent_holds import end_silence
from halfminute_engine.routing.state import (
    AgentState,
    ConversationState,
    Place,
    RunningTimer,
    TimerPurpose,
)
from halfminute_engine.routing.timers import wrap_up_timer_id
from halfminute_engine.routing.transitions import Step, advance
from halfminute_engine.routing.values import NO_WRAP_UP, ConversationId, WrapUp, WrapUpKind


def release_conversation(floor: Floor, event: ConversationReleased) -> None:
    """Free the agent at once, or after its wrap-up."""
    conversation = floor.state.conversations.get(event.conversation_id)
    if (
        conversation is None
        or conversation.place is not Place.ASSIGNED
        or conversation.agent_id != event.agent_id
    ):
        return
    agent = floor.state.agents[event.agent_id]
    was_silent = agent.holds[event.conversation_id].is_silent
    conversation.queue_id = event.queue_id
    if not leave_agent(floor, agent, conversation, needs_wrap_up=event.needs_wrap_up):
        let_go(floor, conversation, Step.RELEASED)
        seek_conversation(floor, agent)
        return
    advance(conversation, Step.RELEASED_TO_WRAP_UP)
    if was_silent:
        recheck_offer(floor, agent)
        seek_conversation(floor, agent)


def leave_agent(
    floor: Floor, agent: AgentState, conversation: ConversationState, *, needs_wrap_up: bool
) -> bool:
    """Free the agent of the conversation, or have it wrap up as the queue says: then True."""
    queue = floor.state.queues.get(conversation.queue_id)
    wrap_up = queue.wrap_up if queue is not None and needs_wrap_up else NO_WRAP_UP
    if _is_none(wrap_up):
        drop_hold(floor, agent, conversation.conversation_id)
        return False
    end_silence(floor, agent, conversation.conversation_id)
    _begin_wrap_up(floor, agent, conversation.conversation_id, wrap_up)
    return True


def finish_wrap_up(floor: Floor, event: WrapUpFinished) -> None:
    """The agent's capacity is free of the conversation."""
    agent = floor.state.agents.get(event.agent_id)
    hold = None if agent is None else agent.holds.get(event.conversation_id)
    if agent is not None and hold is not None and hold.is_wrap_up:
        end_wrap_up(floor, agent, event.conversation_id)
        seek_conversation(floor, agent)


def extend_wrap_up(floor: Floor, event: WrapUpExtended) -> None:
    """A fixed wrap-up goes on for the time that may be added, if that is not used up."""
    agent = floor.state.agents.get(event.agent_id)
    hold = None if agent is None else agent.holds.get(event.conversation_id)
    timer_id = wrap_up_timer_id(event.conversation_id, event.agent_id)
    timer = floor.state.timers.get(timer_id)
    if hold is None or timer is None or hold.extension_us == 0:
        return
    due_us = timer.due_us + hold.extension_us
    hold.extension_us = 0
    floor.start_timer(
        timer_id,
        RunningTimer(TimerPurpose.WRAP_UP, due_us, event.conversation_id, event.agent_id),
    )


def elapse_wrap_up(floor: Floor, timer: RunningTimer) -> None:
    """A fixed wrap-up is over by itself."""
    agent = floor.state.agents[timer.agent_id]
    floor.command(FinishWrapUp(timer.conversation_id, timer.agent_id))
    end_wrap_up(floor, agent, timer.conversation_id)
    seek_conversation(floor, agent)


def end_wrap_up(floor: Floor, agent: AgentState, conversation_id: ConversationId) -> None:
    """Drop the hold of the wrap-up, and the conversation if that is where it was."""
    drop_hold(floor, agent, conversation_id)
    conversation = floor.state.conversations.get(conversation_id)
    if (
        conversation is not None
        and conversation.place is Place.WRAP_UP
        and conversation.agent_id == agent.agent_id
    ):
        let_go(floor, conversation, Step.WRAPPED_UP)


def _is_none(wrap_up: WrapUp) -> bool:
    return wrap_up.kind is WrapUpKind.NONE or (
        wrap_up.kind is WrapUpKind.FIXED and wrap_up.duration_us == 0
    )


def _begin_wrap_up(
    floor: Floor, agent: AgentState, conversation_id: ConversationId, wrap_up: WrapUp
) -> None:
    agent.holds[conversation_id].is_wrap_up = True
    if wrap_up.kind is WrapUpKind.FIXED:
        agent.holds[conversation_id].extension_us = wrap_up.extension_us
        due_us = floor.now_us + wrap_up.duration_us
        floor.start_timer(
            wrap_up_timer_id(conversation_id, agent.agent_id),
            RunningTimer(TimerPurpose.WRAP_UP, due_us, conversation_id, agent.agent_id),
        )
