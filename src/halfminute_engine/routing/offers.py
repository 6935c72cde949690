"""Offers: who rings at whom, and the ways in which ringing ends.

An offer takes its units of the agent's capacity from the moment it rings, and an agent has at most
one. A conversation whose offer ends without an accept goes back by its own key: its place is kept.
An agent who declined it, or let it ring out, is excluded from it for a while (see `pauses`).
An offer is its own timer: it says when it expires, and nothing is commanded besides.
"""

from __future__ import annotations

from halfminute_engine.routing.capacity import has_room
from halfminute_engine.routing.clocks import start_clocks
from halfminute_engine.routing.commands import (
    MarkAgentNotResponding,
    OfferConversation,
    StartTimer,
    WithdrawOffer,
)
from halfminute_engine.routing.events import OfferAccepted, OfferDeclined, OfferRefused
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.holds import take_hold
from halfminute_engine.routing.keeps import (
    end_keeping,
    end_keeping_with_room,
    keep_for_starving,
)
from halfminute_engine.routing.places import end_waiting, enter_line
from halfminute_engine.routing.reserve_timers import start_reserve_timers
from halfminute_engine.routing.silent_holds import resume_returned, start_silence_clock
from halfminute_engine.routing.state import (
    AgentState,
    ConversationState,
    Offer,
    RunningTimer,
    TimerPurpose,
)
from halfminute_engine.routing.timers import (
    agent_pause_timer_id,
    conversation_pause_timer_id,
    offer_timer_id,
)
from halfminute_engine.routing.transitions import Step, advance
from halfminute_engine.routing.values import (
    OfferNumber,
    Presence,
    RefusalCause,
    WithdrawalReason,
)

TIME_OUT_BOOST_US = 10_000_000
"""How much longer a conversation counts as having waited after it rang out unheard."""

REFUSAL_PAUSE_US = 5_000_000
"""How long, at the longest, a refusal keeps an agent or a conversation from offers."""

NOT_RESPONDING = "not_responding"


def seek_agent(floor: Floor, conversation: ConversationState) -> None:
    """Offer the conversation, just come to wait in its line, to the best agent free for it."""
    agent = floor.matching.find_agent(conversation, floor.now_us)
    while agent is not None and keep_for_starving(floor, agent, conversation):
        agent = floor.matching.find_agent(conversation, floor.now_us)
    if agent is None:
        start_reserve_timers(floor)
        start_clocks(floor, conversation)
    else:
        _make_offer(floor, conversation, agent)


def seek_conversation(floor: Floor, agent: AgentState) -> None:
    """Offer the agent, whose state has just changed, the first conversation it can take.

    Customers of its own who have come back out of silence take its room before that.
    """
    if agent.returned_ids:
        resume_returned(floor, agent)
    end_keeping_with_room(floor, agent)
    conversation_id = floor.matching.find_conversation(agent, floor.now_us)
    if conversation_id is None:
        floor.matching.refresh(agent)
        start_reserve_timers(floor)
        return
    conversation = floor.state.conversations[conversation_id]
    if not keep_for_starving(floor, agent, conversation):
        _make_offer(floor, conversation, agent)


def accept_offer(floor: Floor, event: OfferAccepted) -> None:
    """The conversation is the agent's; the agent may be rung at again."""
    offer = floor.state.offers.get(event.offer_number)
    if offer is None:
        return
    agent, conversation = _end_offer(floor, offer)
    floor.paces.note_wait(conversation, floor.now_us, has_left=False)
    end_waiting(floor, conversation)
    advance(conversation, Step.ACCEPTED)
    conversation.agent_id = agent.agent_id
    take_hold(floor, agent, conversation.conversation_id, conversation.channel_kind)
    start_silence_clock(floor, conversation)
    seek_conversation(floor, agent)


def decline_offer(floor: Floor, event: OfferDeclined) -> None:
    """The conversation asks others by its place; the agent may have the next one."""
    offer = floor.state.offers.get(event.offer_number)
    if offer is None:
        return
    agent, conversation = _end_offer(floor, offer)
    conversation.declined_agent_ids += (agent.agent_id,)
    _return_conversation(floor, conversation)
    seek_conversation(floor, agent)


def refuse_offer(floor: Floor, event: OfferRefused) -> None:
    """Hold back the one whose facts are not ours any more, until we hear of it."""
    offer = floor.state.offers.get(event.offer_number)
    if offer is None:
        return
    agent, conversation = _end_offer(floor, offer)
    if event.cause is RefusalCause.AGENT:
        _pause_agent(floor, agent)
    else:
        _pause_conversation(floor, conversation)
    _return_conversation(floor, conversation)
    seek_conversation(floor, agent)


def elapse_offer(floor: Floor, offer_number: OfferNumber) -> None:
    """Nobody answered: the agent is away, the conversation asks others, a little ahead."""
    offer = floor.state.offers.get(offer_number)
    if offer is None:
        return
    if floor.now_us < offer.expires_at_us:
        floor.command(StartTimer(offer_timer_id(offer_number), offer.expires_at_us))
        return
    floor.command(_withdrawal(offer, WithdrawalReason.TIMED_OUT))
    agent, conversation = _end_offer(floor, offer)
    floor.command(MarkAgentNotResponding(agent.agent_id))
    agent.presence = Presence.AWAY
    agent.reason = NOT_RESPONDING
    floor.matching.refresh(agent)
    conversation.order_at_us -= TIME_OUT_BOOST_US
    conversation.declined_agent_ids += (agent.agent_id,)
    _return_conversation(floor, conversation)


def withdraw_offer(floor: Floor, offer: Offer, reason: WithdrawalReason) -> AgentState:
    """Stop the ringing without a word on where the conversation goes; the agent is returned."""
    floor.command(_withdrawal(offer, reason))
    agent, _ = _end_offer(floor, offer)
    return agent


def take_back_offer(floor: Floor, agent: AgentState, reason: WithdrawalReason) -> None:
    """If an offer rings at the agent, its conversation asks others by its place.

    The agent must not be free for it when this is called, and is not sought a conversation for.
    """
    if agent.offer_number is None:
        return
    offer = floor.state.offers[agent.offer_number]
    floor.command(_withdrawal(offer, reason))
    _, conversation = _end_offer(floor, offer)
    _return_conversation(floor, conversation)


def recheck_offer(floor: Floor, agent: AgentState) -> None:
    """Take the ringing offer back if it could not be made to the agent as the agent is now."""
    if agent.offer_number is None:
        return
    offer = floor.state.offers[agent.offer_number]
    conversation = floor.state.conversations[offer.conversation_id]
    if not (
        has_room(agent, conversation.channel_kind) and floor.matching.is_able(agent, conversation)
    ):
        take_back_offer(floor, agent, WithdrawalReason.SUPERSEDED)


def _make_offer(floor: Floor, conversation: ConversationState, agent: AgentState) -> None:
    state = floor.state
    state.last_offer_number += 1
    number = OfferNumber(state.last_offer_number)
    expires_at_us = floor.now_us + state.queues[conversation.queue_id].offer_timeout_us
    units = agent.units_for(conversation.channel_kind) or 0
    conversation_id, agent_id = conversation.conversation_id, agent.agent_id
    state.offers[number] = Offer(number, conversation_id, agent_id, units, expires_at_us)
    floor.paces.begin_ringing(number, floor.now_us)
    end_keeping(floor, conversation)
    floor.matching.dequeue(conversation_id)
    advance(conversation, Step.OFFERED)
    conversation.offer_number = agent.offer_number = number
    agent.units += units
    floor.matching.refresh(agent)
    floor.command(
        OfferConversation(
            offer_number=number,
            conversation_id=conversation_id,
            agent_id=agent_id,
            queue_id=conversation.queue_id,
            channel_kind=conversation.channel_kind,
            expires_at_us=expires_at_us,
            is_callback=conversation.is_callback,
        )
    )


def _end_offer(floor: Floor, offer: Offer) -> tuple[AgentState, ConversationState]:
    del floor.state.offers[offer.offer_number]
    agent = floor.state.agents[offer.agent_id]
    agent.offer_number = None
    agent.units -= offer.units
    conversation = floor.state.conversations[offer.conversation_id]
    conversation.offer_number = None
    floor.paces.end_ringing(offer.offer_number, conversation, floor.now_us)
    return agent, conversation


def _return_conversation(floor: Floor, conversation: ConversationState) -> None:
    advance(conversation, Step.RETURNED)
    if not enter_line(floor, conversation):
        return
    if conversation.is_paused:
        start_clocks(floor, conversation)
    else:
        seek_agent(floor, conversation)


def _pause_agent(floor: Floor, agent: AgentState) -> None:
    agent.is_paused = True
    due_us = floor.now_us + REFUSAL_PAUSE_US
    floor.start_timer(
        agent_pause_timer_id(agent.agent_id),
        RunningTimer(TimerPurpose.AGENT_PAUSE, due_us, agent_id=agent.agent_id),
    )


def _pause_conversation(floor: Floor, conversation: ConversationState) -> None:
    conversation_id = conversation.conversation_id
    conversation.is_paused = True
    due_us = floor.now_us + REFUSAL_PAUSE_US
    floor.start_timer(
        conversation_pause_timer_id(conversation_id),
        RunningTimer(TimerPurpose.CONVERSATION_PAUSE, due_us, conversation_id),
    )


def _withdrawal(offer: Offer, reason: WithdrawalReason) -> WithdrawOffer:
    return WithdrawOffer(offer.offer_number, offer.conversation_id, offer.agent_id, reason)
