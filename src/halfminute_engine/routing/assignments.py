"""An agent comes to have a conversation without an offer, and what it leaves to do so."""

from __future__ import annotations

from halfminute_engine.routing.arrivals import next_conversation_seq
from halfminute_engine.routing.events import AgentLoadCorrected, ConversationAssigned
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.holds import drop_hold, take_hold
from halfminute_engine.routing.offers import recheck_offer, seek_conversation, withdraw_offer
from halfminute_engine.routing.places import end_waiting, let_go
from halfminute_engine.routing.silent_holds import start_silence_clock
from halfminute_engine.routing.state import NEVER_QUEUED, AgentState, ConversationState, Place
from halfminute_engine.routing.transitions import Step, advance
from halfminute_engine.routing.values import AgentId, ConversationId, WithdrawalReason


def assign_conversation(floor: Floor, event: ConversationAssigned) -> None:
    """The conversation is the agent's, wherever it was, and whatever else the agent has.

    For an agent unknown to us the conversation only leaves where it was.
    """
    freed: list[AgentState] = []
    _take(floor, event.conversation_id, event.agent_id, event.channel_kind, freed)
    _settle(floor, event.agent_id, freed)


def correct_load(floor: Floor, event: AgentLoadCorrected) -> None:
    """Release what the agent does not have, assign what it has."""
    agent = floor.state.agents.get(event.agent_id)
    if agent is None:
        return
    assigned = dict(event.assigned)
    for conversation_id in list(agent.holds):
        if conversation_id not in assigned and agent.holds[conversation_id].is_assigned:
            drop_hold(floor, agent, conversation_id)
            let_go(floor, floor.state.conversations[conversation_id], Step.RELEASED)
    freed: list[AgentState] = []
    for conversation_id, channel_kind in event.assigned:
        _take(floor, conversation_id, event.agent_id, channel_kind, freed)
    _settle(floor, event.agent_id, freed)


def _take(
    floor: Floor,
    conversation_id: ConversationId,
    agent_id: AgentId,
    channel_kind: str,
    freed: list[AgentState],
) -> None:
    agent = floor.state.agents.get(agent_id)
    conversation = floor.state.conversations.get(conversation_id)
    if conversation is None:
        if agent is None:
            return
        conversation = _unqueued_conversation(floor, conversation_id, channel_kind)
    elif conversation.place is Place.ASSIGNED and conversation.agent_id == agent_id:
        return
    freed += _leave_others(floor, conversation)
    advance(conversation, Step.TAKEN)
    conversation.channel_kind = channel_kind
    conversation.agent_id = agent_id
    if agent is None:
        let_go(floor, conversation, Step.RELEASED)
    else:
        take_hold(floor, agent, conversation_id, channel_kind)
        start_silence_clock(floor, conversation)


def _leave_others(floor: Floor, conversation: ConversationState) -> list[AgentState]:
    freed = []
    if conversation.place is Place.RINGING and conversation.offer_number is not None:
        offer = floor.state.offers[conversation.offer_number]
        freed.append(withdraw_offer(floor, offer, WithdrawalReason.SUPERSEDED))
    if conversation.place is Place.ASSIGNED and conversation.agent_id is not None:
        holder = floor.state.agents[conversation.agent_id]
        drop_hold(floor, holder, conversation.conversation_id)
        freed.append(holder)
    end_waiting(floor, conversation)
    return freed


def _settle(floor: Floor, agent_id: AgentId, freed: list[AgentState]) -> None:
    for other in freed:
        floor.matching.refresh(other)
    agent = floor.state.agents.get(agent_id)
    if agent is not None:
        recheck_offer(floor, agent)
        seek_conversation(floor, agent)
    for other in freed:
        seek_conversation(floor, other)


def _unqueued_conversation(
    floor: Floor, conversation_id: ConversationId, channel_kind: str
) -> ConversationState:
    conversation = ConversationState(
        conversation_id=conversation_id,
        queue_id=NEVER_QUEUED,
        channel_kind=channel_kind,
        queued_at_us=floor.now_us,
        order_at_us=floor.now_us,
        seq=next_conversation_seq(floor),
    )
    floor.state.conversations[conversation_id] = conversation
    return conversation
