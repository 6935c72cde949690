"""The ids of the timers, one for each thing that can run out.

An offer's is never commanded: whoever obeys `OfferConversation` runs it, until the offer ends.
"""

from __future__ import annotations

from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    QueueId,
    TimerId,
)

_OFFER = "offer:"


def offer_timer_id(offer_number: OfferNumber) -> TimerId:
    """An offer rings out."""
    return TimerId(f"{_OFFER}{offer_number}")


def find_offer_number(timer_id: TimerId) -> OfferNumber | None:
    """The offer that rings out by this timer; None when it is another thing that runs out."""
    number = timer_id.removeprefix(_OFFER)
    return OfferNumber(int(number)) if number != timer_id and number.isdecimal() else None


def wrap_up_timer_id(conversation_id: ConversationId, agent_id: AgentId) -> TimerId:
    """A fixed wrap-up ends. After a transfer two agents may wrap up the same conversation."""
    return TimerId(f"wrap_up:{conversation_id}:{agent_id}")


def exclusions_timer_id(conversation_id: ConversationId) -> TimerId:
    """Those who did not take the conversation may be asked again."""
    return TimerId(f"exclusions:{conversation_id}")


def conversation_pause_timer_id(conversation_id: ConversationId) -> TimerId:
    """The conversation may be offered again after a refusal."""
    return TimerId(f"conversation_pause:{conversation_id}")


def silence_timer_id(conversation_id: ConversationId) -> TimerId:
    """An assigned conversation has been silent for long enough."""
    return TimerId(f"silence:{conversation_id}")


def return_timer_id(conversation_id: ConversationId) -> TimerId:
    """A conversation that has come back out of silence has waited long enough for its agent."""
    return TimerId(f"return:{conversation_id}")


def reserve_timer_id(skill: str) -> TimerId:
    """Somebody whom the skill's idle reserve was kept from may have anybody."""
    return TimerId(f"reserve:{skill}")


def agent_pause_timer_id(agent_id: AgentId) -> TimerId:
    """The agent may be offered conversations again after a refusal."""
    return TimerId(f"agent_pause:{agent_id}")


def steps_timer_id(queue_id: QueueId) -> TimerId:
    """The first of the queue's conversations is due for a wider ring, or for the overflow."""
    return TimerId(f"steps:{queue_id}")


def preference_timer_id(conversation_id: ConversationId) -> TimerId:
    """The conversation does not wait for one agent alone any longer."""
    return TimerId(f"preference:{conversation_id}")
