"""A second agent helps in a conversation without having it.

The consult takes of the second agent's capacity what a conversation of the kind takes, and begins
and ends by itself, wherever the conversation is meanwhile. Should the helper come to have the
conversation, the consult is over. Whoever has it, or is wrapping it up, does not consult in it.
"""

from __future__ import annotations

from halfminute_engine.routing.events import ConsultEnded, ConsultStarted
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.holds import drop_hold, take_hold
from halfminute_engine.routing.offers import recheck_offer, seek_conversation


def start_consult(floor: Floor, event: ConsultStarted) -> None:
    """Count it against the agent's capacity, even above the limit."""
    agent = floor.state.agents.get(event.agent_id)
    if agent is None or event.conversation_id in agent.holds:
        return
    take_hold(floor, agent, event.conversation_id, event.channel_kind)
    agent.holds[event.conversation_id].is_consult = True
    recheck_offer(floor, agent)
    seek_conversation(floor, agent)


def end_consult(floor: Floor, event: ConsultEnded) -> None:
    """The agent's capacity is free of it."""
    agent = floor.state.agents.get(event.agent_id)
    hold = None if agent is None else agent.holds.get(event.conversation_id)
    if agent is not None and hold is not None and hold.is_consult:
        drop_hold(floor, agent, event.conversation_id)
        seek_conversation(floor, agent)
