"""What of an agent's load counts against one more conversation of a kind.

Everything counts, unless the kind may interrupt what the agent has: that is left out of the sum
while room is sought, and counts like all else afterwards. So an agent whom a call has interrupted
in writing letters holds more than its total, and nothing further fits until enough has ended, but
for what may itself interrupt.
"""

from __future__ import annotations

from halfminute_engine.routing.state import AgentState
from halfminute_engine.routing.values import GREATEST_TOTAL_UNITS

NO_ROOM = GREATEST_TOTAL_UNITS + 1
"""Counted units of an agent who has as many of the kind as it may have at once."""


def counted_units(agent: AgentState, channel_kind: str) -> int:
    """Units of what the agent holds, without what the kind may interrupt and without any offer.

    `NO_ROOM` when the agent has reached its limit for the kind.
    """
    capacity = agent.configuration.capacity
    limit = capacity.limit_for(channel_kind)
    interrupted = capacity.interrupted_by(channel_kind)
    units = count = 0
    for hold in agent.holds.values():
        if hold.channel_kind == channel_kind and not hold.is_silent:
            count += 1
        if hold.channel_kind not in interrupted:
            units += hold.units
    return NO_ROOM if limit is not None and count >= limit else units


def has_room(agent: AgentState, channel_kind: str) -> bool:
    """Whether one more of the kind fits beside what the agent holds. What rings does not count."""
    units = agent.units_for(channel_kind)
    total_units = agent.configuration.capacity.total_units
    return units is not None and counted_units(agent, channel_kind) + units <= total_units
