"""A conversation comes to wait, or waits no more because nobody needs to answer it."""

from __future__ import annotations

from halfminute_engine.routing.commands import ReportStranded
from halfminute_engine.routing.events import ConversationQueued, ConversationWithdrawn
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.offers import seek_agent, seek_conversation, withdraw_offer
from halfminute_engine.routing.places import let_go, take_up_wishes
from halfminute_engine.routing.state import (
    AS_QUEUED,
    SEQUENCE_BITS,
    ConversationState,
    Place,
)
from halfminute_engine.routing.transitions import Step, advance, is_open_to
from halfminute_engine.routing.values import StrandedReason, WithdrawalReason
from halfminute_engine.routing.waiting import sorted_requirements


def queue_conversation(floor: Floor, event: ConversationQueued) -> None:
    """Offer the conversation at once, or have it wait in line."""
    known = floor.state.conversations.get(event.conversation_id)
    if not is_open_to(known, Step.QUEUED):
        return
    if event.queue_id not in floor.state.queues:
        floor.command(
            ReportStranded(event.conversation_id, event.queue_id, StrandedReason.QUEUE_UNKNOWN)
        )
        return
    conversation = _new_conversation(floor, event)
    advance(conversation, Step.QUEUED)
    floor.state.conversations[event.conversation_id] = conversation
    floor.paces.note_arrival(conversation, floor.now_us)
    take_up_wishes(floor, conversation)
    seek_agent(floor, conversation)
    if conversation.place is Place.WAITING:
        floor.matching.enqueue(conversation)


def withdraw_conversation(floor: Floor, event: ConversationWithdrawn) -> None:
    """Let the conversation go; an agent at whom it rang is free without penalty."""
    conversation = floor.state.conversations.get(event.conversation_id)
    if conversation is None or not is_open_to(conversation, Step.WITHDRAWN):
        return
    floor.paces.note_wait(conversation, floor.now_us, has_left=True)
    agent = None
    if conversation.place is Place.RINGING and conversation.offer_number is not None:
        offer = floor.state.offers[conversation.offer_number]
        agent = withdraw_offer(floor, offer, WithdrawalReason.CONVERSATION_WITHDRAWN)
    let_go(floor, conversation, Step.WITHDRAWN)
    if agent is not None:
        seek_conversation(floor, agent)


def next_conversation_seq(floor: Floor) -> int:
    """Numbers the queueings; it tells apart those of one microsecond, and may begin anew after."""
    floor.state.last_conversation_seq = (floor.state.last_conversation_seq + 1) % (
        1 << SEQUENCE_BITS
    )
    return floor.state.last_conversation_seq


def _new_conversation(floor: Floor, event: ConversationQueued) -> ConversationState:
    queue_credit_us = floor.state.queues[event.queue_id].priority_credit_us
    entered_at_us = AS_QUEUED if event.entered_at_us is None else event.entered_at_us
    return ConversationState(
        conversation_id=event.conversation_id,
        queue_id=event.queue_id,
        channel_kind=event.channel_kind,
        queued_at_us=event.queued_at_us,
        order_at_us=event.queued_at_us - event.priority_credit_us - queue_credit_us,
        seq=next_conversation_seq(floor),
        requirements=sorted_requirements(event.requirements),
        excluded_agent_ids=tuple(sorted(event.excluded_agent_ids)),
        preferred_agent_id=event.preferred_agent_id,
        preferred_until_us=event.preferred_until_us,
        entered_at_us=entered_at_us,
        queue_credit_us=queue_credit_us,
        is_callback=event.is_callback,
        origin_queue_ids=event.origin_queue_ids,
    )
