"""Waiting for one agent alone: for how long, and under what conditions.

A conversation waits for its preferred agent alone while the agent is there (in whatever presence
but offline), could take it were it free, and its time is not over. When one of these ends it waits
in line by its old key, like any other.
"""

from __future__ import annotations

from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.state import NO_AGENT, ConversationState
from halfminute_engine.routing.timers import preference_timer_id
from halfminute_engine.routing.values import Presence


def settle_preference(floor: Floor, conversation: ConversationState) -> None:
    """End the waiting for one agent if there is no reason for it any more; it is in no line yet."""
    until_us = conversation.preferred_until_us
    if until_us is None:
        return
    agent = floor.state.agents.get(conversation.preferred_agent_id or NO_AGENT)
    if (
        agent is None
        or agent.presence is Presence.OFFLINE
        or floor.now_us >= until_us
        or not floor.matching.is_able(agent, conversation)
    ):
        end_preference(floor, conversation)


def end_preference(floor: Floor, conversation: ConversationState) -> None:
    """The conversation, in no line now, does not wait for one agent alone."""
    if conversation.preferred_until_us is not None:
        floor.cancel_timer(preference_timer_id(conversation.conversation_id))
        conversation.preferred_until_us = None
        conversation.is_direct = False
