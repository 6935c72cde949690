"""A conversation goes from where it is to another queue or to one agent, and keeps its age."""

from __future__ import annotations

from halfminute_engine.routing.events import CallbackRequested, ConversationTransferred
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.offers import (
    recheck_offer,
    seek_agent,
    seek_conversation,
    withdraw_offer,
)
from halfminute_engine.routing.places import change_queue, end_waiting, enter_line
from halfminute_engine.routing.state import AgentState, ConversationState, Place
from halfminute_engine.routing.transitions import Step, advance, is_open_to
from halfminute_engine.routing.values import WithdrawalReason
from halfminute_engine.routing.waiting import sorted_requirements
from halfminute_engine.routing.wrap_up import leave_agent


def transfer_conversation(floor: Floor, event: ConversationTransferred) -> None:
    """Free who had it, and have it wait where it is sent; told twice, it is heard once."""
    conversation = floor.state.conversations.get(event.conversation_id)
    if conversation is None or _is_there(conversation, event):
        return
    freed = _leave_place(floor, conversation, needs_wrap_up=event.needs_wrap_up)
    end_waiting(floor, conversation)
    advance(conversation, Step.TRANSFERRED)
    conversation.agent_id = None
    conversation.origin_queue_ids = ()
    change_queue(floor, conversation, event.queue_id, event.transferred_at_us)
    if event.requirements is not None:
        conversation.requirements = sorted_requirements(event.requirements)
    if freed is not None and freed.agent_id != event.target_agent_id:
        conversation.declined_agent_ids = (freed.agent_id,)
    conversation.preferred_agent_id = event.target_agent_id
    conversation.preferred_until_us = event.target_until_us
    conversation.is_direct = event.target_agent_id is not None
    if enter_line(floor, conversation):
        seek_agent(floor, conversation)
    if freed is not None:
        recheck_offer(floor, freed)
        seek_conversation(floor, freed)


def request_callback(floor: Floor, event: CallbackRequested) -> None:
    """The conversation keeps its place, and is a call-back from now on."""
    conversation = floor.state.conversations.get(event.conversation_id)
    if conversation is not None and is_open_to(conversation, Step.WITHDRAWN):
        conversation.is_callback = True


def _is_there(conversation: ConversationState, event: ConversationTransferred) -> bool:
    return (
        conversation.place in (Place.WAITING, Place.RINGING)
        and conversation.queue_id == event.queue_id
        and conversation.entered_at_us == event.transferred_at_us
        and conversation.preferred_agent_id == event.target_agent_id
    )


def _leave_place(
    floor: Floor, conversation: ConversationState, *, needs_wrap_up: bool
) -> AgentState | None:
    if conversation.place is Place.RINGING and conversation.offer_number is not None:
        offer = floor.state.offers[conversation.offer_number]
        return withdraw_offer(floor, offer, WithdrawalReason.SUPERSEDED)
    if conversation.place is Place.ASSIGNED and conversation.agent_id is not None:
        agent = floor.state.agents[conversation.agent_id]
        leave_agent(floor, agent, conversation, needs_wrap_up=needs_wrap_up)
        return agent
    return None
