"""What silence does to an agent's holds: what is silent takes no units until somebody speaks."""

from __future__ import annotations

from halfminute_engine.routing.capacity import has_room
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.state import (
    AgentState,
    ConversationState,
    RunningTimer,
    TimerPurpose,
)
from halfminute_engine.routing.timers import return_timer_id, silence_timer_id
from halfminute_engine.routing.values import AgentId, ConversationId, Presence


def silence_us_of(floor: Floor, conversation: ConversationState) -> int | None:
    """After how much silence it frees its agent's capacity; None: never by itself."""
    queue = floor.state.queues.get(conversation.queue_id)
    if queue is None or not queue.silence_us_by_kind:
        return None
    return dict(queue.silence_us_by_kind).get(conversation.channel_kind)


def start_silence_clock(floor: Floor, conversation: ConversationState) -> None:
    """Something is said in the assigned conversation: silence counts from now, if its queue counts.

    A clock that runs is not started again for each message: it looks, when it elapses, since when
    there has been silence.
    """
    silence_us = silence_us_of(floor, conversation)
    if silence_us is None:
        return
    conversation.active_at_us = floor.now_us
    if silence_timer_id(conversation.conversation_id) not in floor.state.timers:
        run_silence_clock(floor, conversation, floor.now_us + silence_us)


def run_silence_clock(floor: Floor, conversation: ConversationState, due_us: int) -> None:
    """Have the clock elapse then."""
    conversation_id = conversation.conversation_id
    timer = RunningTimer(TimerPurpose.SILENCE, due_us, conversation_id)
    floor.start_timer(silence_timer_id(conversation_id), timer)


def hush(floor: Floor, agent: AgentState, conversation_id: ConversationId) -> None:
    """The agent's conversation is silent, and its units are free."""
    floor.cancel_timer(silence_timer_id(conversation_id))
    hold = agent.holds[conversation_id]
    hold.is_silent = True
    agent.units -= hold.units
    hold.units = 0
    floor.paces.end_room(agent.agent_id, conversation_id, floor.now_us)
    agent.idle_since_us = floor.now_us


def end_silence(floor: Floor, agent: AgentState, conversation_id: ConversationId) -> None:
    """The conversation takes its units again, and no silence is counted any more."""
    floor.cancel_timer(silence_timer_id(conversation_id))
    hold = agent.holds[conversation_id]
    if hold.is_silent:
        hold.is_silent = False
        hold.units = agent.units_for(hold.channel_kind) or 0
        agent.units += hold.units
        queue_id = floor.state.conversations[conversation_id].queue_id
        pace = floor.paces.pace_of(queue_id, hold.channel_kind)
        floor.paces.begin_room(agent.agent_id, conversation_id, pace, floor.now_us, is_first=False)
    forget_return(floor, agent, conversation_id)


def forget_return(floor: Floor, agent: AgentState, conversation_id: ConversationId) -> None:
    """The conversation waits for the agent's room no more, if it did."""
    if conversation_id in agent.returned_ids:
        agent.returned_ids = tuple(
            returned_id for returned_id in agent.returned_ids if returned_id != conversation_id
        )
        floor.cancel_timer(return_timer_id(conversation_id))


def wait_for_room(
    floor: Floor, agent: AgentState, conversation_id: ConversationId, wait_us: int
) -> None:
    """The silent conversation has come back, and waits so long for the agent to have room."""
    agent.returned_ids += (conversation_id,)
    due_us = floor.now_us + wait_us
    timer = RunningTimer(TimerPurpose.RETURN, due_us, conversation_id, agent.agent_id)
    floor.start_timer(return_timer_id(conversation_id), timer)


def can_resume(agent: AgentState, channel_kind: str) -> bool:
    """Whether the agent is at the desk, with room that is not promised to what rings."""
    return (
        agent.presence in (Presence.AVAILABLE, Presence.BUSY)
        and agent.offer_number is None
        and has_room(agent, channel_kind)
    )


def resume_returned(floor: Floor, agent: AgentState) -> None:
    """Those who have come back take the room that there now is, the first of them first."""
    for conversation_id in agent.returned_ids:
        if not can_resume(agent, agent.holds[conversation_id].channel_kind):
            return
        end_silence(floor, agent, conversation_id)
        start_silence_clock(floor, floor.state.conversations[conversation_id])


def holder_of(floor: Floor, conversation: ConversationState) -> AgentState:
    """The agent who has the assigned conversation."""
    return floor.state.agents[conversation.agent_id or AgentId("")]
