"""What can be wrong with a request about an agent."""

from __future__ import annotations

from halfminute.kit.errors import InvalidRequest, NotFound


class AgentNotFound(NotFound):
    """There is no such agent, or it is not yours to see."""

    code = "agent_not_found"


class InvalidAgent(InvalidRequest):
    """The agent cannot be configured so: a value is out of range, or names what is not there."""

    code = "invalid_agent"
