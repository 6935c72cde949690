"""What can be wrong with a request about an agent."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, InvalidRequest, NotFound


class AgentNotFound(NotFound):
    """There is no such agent, or it is not yours to see."""

    code = "agent_not_found"


class AgentChanged(Conflict):
    """Somebody else has changed the agent since you read it: read it again."""

    code = "agent_changed"


class InvalidAgentQueues(InvalidRequest):
    """Some of these queues are not there."""

    code = "invalid_agent_queues"


class SkillNotFound(NotFound):
    """There is no such skill."""

    code = "skill_not_found"


class SkillLanguageTaken(Conflict):
    """Another skill is this language."""

    code = "skill_language_taken"


class SkillNameTaken(Conflict):
    """Another skill has this name."""

    code = "skill_name_taken"


class InvalidAgentCapacity(InvalidRequest):
    """The capacity is wrong: `problems` names the fields, each with a code."""

    code = "invalid_agent_capacity"
