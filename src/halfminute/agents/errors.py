"""What can be wrong with a request about an agent."""

from __future__ import annotations

from halfminute.kit.errors import NotFound


class AgentNotFound(NotFound):
    """There is no such agent, or it is not yours to see."""

    code = "agent_not_found"
