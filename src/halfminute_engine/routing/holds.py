"""What an agent's capacity is held by, and the one place where its units are counted."""

from __future__ import annotations

from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.silent_holds import forget_return
from halfminute_engine.routing.state import NEVER_QUEUED, AgentState, Hold
from halfminute_engine.routing.timers import silence_timer_id, wrap_up_timer_id
from halfminute_engine.routing.values import ConversationId


def take_hold(
    floor: Floor, agent: AgentState, conversation_id: ConversationId, channel_kind: str
) -> None:
    """The agent has the conversation. A wrap-up of the same conversation gives way.

    A channel kind for which the agent has no weight takes no units.
    """
    _release(floor, agent, conversation_id)
    units = agent.units_for(channel_kind) or 0
    agent.holds[conversation_id] = Hold(channel_kind, units)
    agent.units += units
    conversation = floor.state.conversations.get(conversation_id)
    queue_id = NEVER_QUEUED if conversation is None else conversation.queue_id
    pace = floor.paces.pace_of(queue_id, channel_kind)
    floor.paces.begin_room(agent.agent_id, conversation_id, pace, floor.now_us)


def drop_hold(floor: Floor, agent: AgentState, conversation_id: ConversationId) -> None:
    """The agent's capacity is free of the conversation, and its idle time begins anew.

    It does not begin anew by what was silent: that was no load any more.
    """
    hold = _release(floor, agent, conversation_id)
    if hold is not None and not hold.is_silent:
        agent.idle_since_us = floor.now_us


def recount_units(floor: Floor, agent: AgentState) -> None:
    """The weights of the agent's channel kinds changed."""
    agent.units = 0
    for hold in agent.holds.values():
        hold.units = 0 if hold.is_silent else agent.units_for(hold.channel_kind) or 0
        agent.units += hold.units
    if agent.offer_number is not None:
        offer = floor.state.offers[agent.offer_number]
        channel_kind = floor.state.conversations[offer.conversation_id].channel_kind
        offer.units = agent.units_for(channel_kind) or 0
        agent.units += offer.units


def _release(floor: Floor, agent: AgentState, conversation_id: ConversationId) -> Hold | None:
    hold = agent.holds.pop(conversation_id, None)
    if hold is None:
        return None
    agent.units -= hold.units
    floor.paces.end_room(agent.agent_id, conversation_id, floor.now_us)
    if hold.is_wrap_up:
        floor.cancel_timer(wrap_up_timer_id(conversation_id, agent.agent_id))
    else:
        floor.cancel_timer(silence_timer_id(conversation_id))
        forget_return(floor, agent, conversation_id)
    return hold
