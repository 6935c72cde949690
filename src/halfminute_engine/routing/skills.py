"""Skills get an idle reserve, and what a reserve was kept from gets its agent in the end."""

from __future__ import annotations

from halfminute_engine.routing.events import SkillConfigured
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.offers import seek_conversation
from halfminute_engine.routing.state import RunningTimer
from halfminute_engine.routing.timers import reserve_timer_id


def configure_skill(floor: Floor, event: SkillConfigured) -> None:
    """Those who have the skill are kept back, or are not, as it now says."""
    if event.idle_reserve:
        floor.state.skills[event.skill] = event
    elif floor.state.skills.pop(event.skill, None) is None:
        return
    floor.cancel_timer(reserve_timer_id(event.skill))
    able = [agent for agent in floor.state.agents.values() if agent.has_skill(event.skill)]
    for agent in able:
        floor.matching.regroup(agent)
    for agent in sorted(able, key=lambda agent: (agent.idle_since_us, agent.seq)):
        if agent.is_idle:
            seek_conversation(floor, agent)


def elapse_reserve(floor: Floor, timer: RunningTimer) -> None:
    """Somebody has been passed over for long enough."""
    seek_for_idle(floor, timer.skill)


def seek_for_idle(floor: Floor, skill: str) -> None:
    """Offer work to the idle agents who have the skill, the longest idle first."""
    idle = [floor.state.agents[agent_id] for agent_id in floor.matching.reserves.list_idle(skill)]
    for agent in sorted(idle, key=lambda agent: (agent.idle_since_us, agent.seq)):
        seek_conversation(floor, agent)
