"""What an event leaves to be done when it has been handled: offers to whom it has set free."""

from __future__ import annotations

from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.offers import seek_conversation
from halfminute_engine.routing.skills import seek_for_idle


def settle(floor: Floor) -> None:
    """Offer work to those who are kept for nobody any more, and to those in no reserve any more."""
    filled = floor.matching.reserves.filled
    while floor.let_go_agents or filled:
        if floor.let_go_agents:
            agent = floor.let_go_agents.pop(0)
            if floor.state.agents.get(agent.agent_id) is agent:
                seek_conversation(floor, agent)
        else:
            skill = next(iter(filled))
            del filled[skill]
            seek_for_idle(floor, skill)
