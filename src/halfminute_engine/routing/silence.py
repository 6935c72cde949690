r"""Conversations that fall silent free their agent's capacity, and take it again on coming back.

    talking  --silence----------> silent     takes no units, and is still the agent's
    silent   --the agent writes-> talking    takes its units at once, even above the limit
    silent   --the customer-----> talking    takes its units, if there is room
                              \-> returned   else it waits for the agent's room; until then the
                                             agent is offered nothing
    returned --room-------------> talking
    returned --deadline---------> its queue, by its own key; at once when its agent goes offline

The queue says after how much silence (`silence_us_by_kind`), or the driver does
(`ConversationSilent`). The queue says as well how long one who has come back waits for the agent
(`return_wait_us`). One without a queue to go to takes its units at the deadline, even above the
limit: it is nobody else's.

Room is sought while the agent is at the desk (available or busy) and nothing rings there: what
rings has been promised the room already.
"""

from __future__ import annotations

from halfminute_engine.routing.commands import RequeueConversation
from halfminute_engine.routing.events import ConversationSilent, MessageExchanged
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.holds import drop_hold
from halfminute_engine.routing.offers import recheck_offer, seek_agent, seek_conversation
from halfminute_engine.routing.places import change_queue, enter_line
from halfminute_engine.routing.silent_holds import (
    can_resume,
    end_silence,
    holder_of,
    hush,
    run_silence_clock,
    silence_us_of,
    start_silence_clock,
    wait_for_room,
)
from halfminute_engine.routing.state import AgentState, ConversationState, Place, RunningTimer
from halfminute_engine.routing.transitions import Step, advance
from halfminute_engine.routing.values import ConversationId, Presence


def fall_silent(floor: Floor, event: ConversationSilent) -> None:
    """The conversation frees its agent's capacity."""
    conversation = _find_assigned(floor, event.conversation_id)
    if conversation is None:
        return
    agent = holder_of(floor, conversation)
    if not agent.holds[event.conversation_id].is_silent:
        hush(floor, agent, event.conversation_id)
        seek_conversation(floor, agent)


def exchange_message(floor: Floor, event: MessageExchanged) -> None:
    """The silence begins anew, or is over."""
    conversation = _find_assigned(floor, event.conversation_id)
    if conversation is None:
        return
    agent = holder_of(floor, conversation)
    if not agent.holds[event.conversation_id].is_silent:
        start_silence_clock(floor, conversation)
    elif event.is_by_agent or can_resume(agent, conversation.channel_kind):
        _resume(floor, agent, conversation)
    elif event.conversation_id not in agent.returned_ids:
        _come_back(floor, agent, conversation)


def elapse_silence(floor: Floor, timer: RunningTimer) -> None:
    """Nothing has been said for long enough, or the clock goes on from the last word."""
    conversation = floor.state.conversations[timer.conversation_id]
    silence_us = silence_us_of(floor, conversation)
    if silence_us is None:
        return
    due_us = conversation.active_at_us + silence_us
    if due_us > floor.now_us:
        run_silence_clock(floor, conversation, due_us)
        return
    agent = holder_of(floor, conversation)
    hush(floor, agent, timer.conversation_id)
    seek_conversation(floor, agent)


def elapse_return(floor: Floor, timer: RunningTimer) -> None:
    """The agent has had no room in time."""
    agent = floor.state.agents[timer.agent_id]
    _leave_agent(floor, agent, floor.state.conversations[timer.conversation_id])


def requeue_returned(floor: Floor, agent: AgentState) -> None:
    """The agent is gone: those who have come back wait for it no more."""
    for conversation_id in agent.returned_ids:
        _leave_agent(floor, agent, floor.state.conversations[conversation_id])


def _find_assigned(floor: Floor, conversation_id: ConversationId) -> ConversationState | None:
    conversation = floor.state.conversations.get(conversation_id)
    is_assigned = conversation is not None and conversation.place is Place.ASSIGNED
    return conversation if is_assigned else None


def _come_back(floor: Floor, agent: AgentState, conversation: ConversationState) -> None:
    queue = floor.state.queues.get(conversation.queue_id)
    wait_us = 0 if queue is None else queue.return_wait_us
    if wait_us == 0 or agent.presence is Presence.OFFLINE:
        _leave_agent(floor, agent, conversation)
    else:
        wait_for_room(floor, agent, conversation.conversation_id, wait_us)
        floor.matching.refresh(agent)


def _leave_agent(floor: Floor, agent: AgentState, conversation: ConversationState) -> None:
    if conversation.queue_id not in floor.state.queues:
        _resume(floor, agent, conversation)
        return
    drop_hold(floor, agent, conversation.conversation_id)
    advance(conversation, Step.REQUEUED)
    conversation.agent_id = None
    change_queue(floor, conversation, conversation.queue_id, floor.now_us)
    conversation.preferred_agent_id = agent.agent_id
    floor.command(
        RequeueConversation(
            conversation.conversation_id,
            agent.agent_id,
            conversation.queue_id,
            conversation.channel_kind,
        )
    )
    floor.matching.refresh(agent)
    enter_line(floor, conversation)
    seek_agent(floor, conversation)
    seek_conversation(floor, agent)


def _resume(floor: Floor, agent: AgentState, conversation: ConversationState) -> None:
    end_silence(floor, agent, conversation.conversation_id)
    start_silence_clock(floor, conversation)
    recheck_offer(floor, agent)
    seek_conversation(floor, agent)
